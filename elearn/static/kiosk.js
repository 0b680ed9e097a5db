// A shared machine: a page is asked for anew when one goes back to it, and goes away when nobody touches it.
(function () {
  "use strict";
  var bar = document.querySelector(".kiosk");
  if (!bar) { return; }

  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });

  if (!bar.dataset.idle) { return; }
  var most = +bar.dataset.idle * 1000, minute = 60000, touched = Date.now(), asked = touched;
  var warning = document.createElement("p");
  warning.setAttribute("role", "alert");
  var over = function () {
    try { localStorage.clear(); } catch (error) { /* forbidden here: then nothing is kept */ }
    location.replace("/may-nay/het-gio");
  };
  ["pointerdown", "keydown", "input", "scroll"].forEach(function (kind) {
    window.addEventListener(kind, function () { touched = Date.now(); }, { passive: true });
  });
  setInterval(function () {
    var quiet = Date.now() - touched;
    if (quiet >= most) { over(); return; }
    if (quiet >= most - minute) {
      warning.textContent = "Chưa đầy một phút nữa máy tự thoát. Bác còn học thì chạm vào màn hình.";
      if (!warning.parentNode) { bar.append(warning); }
      return;
    }
    warning.remove();
    // touching the page is use, though nothing is sent: say so, and hear when the half hour is over
    if ("inside" in bar.dataset && touched > asked && Date.now() - asked >= minute) {
      asked = Date.now();
      fetch("/may-nay/con-hoc", { cache: "no-store" }).then(function (answer) { if (answer.status === 410) { over(); } }, function () {});
    }
  }, 5000);
})();
