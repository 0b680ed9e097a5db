// Only makes nicer what works without it: printing, copying, one tap sends once, ticks survive a lost signal.
(function () {
  "use strict";
  var all = function (what, where) { return [].slice.call((where || document).querySelectorAll(what)); };

  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // Back to where one came from, so that what was half ticked there is still ticked.
  all("[data-return]").forEach(function (link) {
    var from = document.referrer.split("?")[0];
    if (from.indexOf(location.origin + "/") || from === location.origin + location.pathname || history.length < 2) { return; }
    link.addEventListener("click", function (event) { event.preventDefault(); history.back(); });
  });

  // Who types six digits with a thumb wants to see them; the next page hides them again.
  all("[data-reveal]").forEach(function (button) {
    var field = document.getElementById(button.dataset.reveal), show = button.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      var hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      button.textContent = hidden ? "Giấu đi" : show;
    });
    field.form.addEventListener("submit", function () { field.type = "password"; });
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

  // A long list narrows while one types. Marks do not matter, nor half words; a number is that number.
  var wordsOf = function (text) {
    var plain = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/đ/g, "d");
    return plain.match(/[a-z0-9]+/g) || [];
  };
  var fits = function (typed, text) {
    var own = wordsOf(text);
    return wordsOf(typed).every(function (one) {
      return own.some(function (word) { return /^\d+$/.test(one) ? +word === +one : word.indexOf(one) === 0; });
    });
  };
  all("[data-pick]").forEach(function (box) {
    var select = box.querySelector("select"), typed = box.querySelector("input[type=search]");
    var label = box.querySelector("label[for=" + select.id + "]"), most = 6;
    var options = all("option", select).filter(function (one) { return one.value; });
    var always = options.filter(function (one) { return "always" in one.dataset; });
    var list = document.createElement("fieldset"), legend = document.createElement("legend");
    var rows = document.createElement("div"), count = document.createElement("p");
    var chosen = select.value;
    var row = function (option) {
      var one = document.createElement("label"), dot = document.createElement("input"), text = document.createElement("span");
      one.className = "choice";
      dot.type = "radio"; dot.name = select.name; dot.value = option.value; dot.checked = option.value === chosen;
      dot.addEventListener("change", function () { chosen = dot.value; });
      text.textContent = option.text;
      one.append(dot, text);
      return one;
    };
    var show = function () {
      var others = options.filter(function (one) { return always.indexOf(one) < 0; });
      var found = others.filter(function (one) { return fits(typed.value, one.text + " " + one.value); });
      var shown = typed.value.trim() || others.length <= most ? found.slice(0, most) : [];
      var kept = others.filter(function (one) { return one.value === chosen && shown.indexOf(one) < 0; });
      rows.replaceChildren.apply(rows, kept.concat(shown, always).map(row));
      count.textContent = !typed.value.trim() ? (others.length > most ? "Bác gõ ở ô trên, tổ hiện ra ở đây." : "") : !found.length ? "Không có tổ nào hợp. Bác gõ ít chữ hơn."
        : found.length > most ? "Có " + found.length + " tổ hợp. Bác gõ thêm tên phường cũ." : "";
    };
    list.className = "field"; list.id = select.id; list.tabIndex = -1;
    if (select.getAttribute("aria-describedby")) list.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
    legend.textContent = label.textContent;
    count.className = "hint"; count.setAttribute("role", "status");
    list.append(legend, count, rows);
    select.before(list); select.remove(); label.remove();
    all("[data-pick-find]", box).forEach(function (one) { one.hidden = true; });
    typed.addEventListener("input", show);
    typed.addEventListener("keydown", function (event) { if (event.key === "Enter") event.preventDefault(); });
    show();
  });

  all("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () { button.textContent = "Đã chép"; });
    });
  });

  // One can listen where there are sound files, or the device has a Vietnamese voice of its own. What reads aloud
  // is brought when a hand comes to the bar: a first visit stays as light as it was.
  all("[data-listen]").forEach(function (bar) {
    var speech = window.speechSynthesis, brought = false;
    var plays = bar.dataset.listen && new Audio().canPlayType("audio/ogg; codecs=opus");
    var show = function () {
      var speaks = speech && speech.getVoices().some(function (one) { return /^vi\b/i.test(one.lang); });
      if (plays || speaks) { bar.hidden = false; }
    };
    var bring = function () {
      if (brought) { return; }
      brought = true;
      document.head.appendChild(document.createElement("script")).src = bar.dataset.script;
    };
    show();
    if (speech && speech.addEventListener) { speech.addEventListener("voiceschanged", show); }
    bar.addEventListener("pointerdown", bring);
    bar.addEventListener("focusin", bring);
    bar.addEventListener("click", function (event) {
      bring();
      if (event.target.closest("[data-play]")) { bar.dataset.wanted = "now"; }
    });
  });

  // The questions of a lesson: what is ticked stays on this device until the result is here, and a form
  // that cannot be sent for want of a signal waits. It goes the usual way as soon as the server answers.
  var store = null;
  try { store = window.localStorage; } catch (error) { /* forbidden here: then nothing is kept */ }
  var kept = function (change) { try { return store && change(store); } catch (error) { return null; } };

  var forget = function () {
    kept(function (places) {
      Object.keys(places).forEach(function (name) { if (name.indexOf("phieu.") === 0) { places.removeItem(name); } });
    });
  };
  if (document.querySelector("[data-saved]")) { forget(); }
  // Who leaves, or lets another in, leaves no ticks behind.
  all("form[data-leaves]").forEach(function (form) {
    form.addEventListener("submit", function () {
      forget();
      kept(function (places) { places.removeItem("tin-da-doan"); });
    });
  });

  all("form[data-kept]").forEach(function (form) {
    var name = "phieu." + form.dataset.kept;
    var fields = function () { return all("input:not([type=hidden]), select", form); };
    var before = kept(function (places) { return JSON.parse(places.getItem(name)); }) || {};
    fields().forEach(function (field) {
      if (!(field.id in before)) { return; }
      if (field.type === "radio" || field.type === "checkbox") { field.checked = before[field.id]; }
      else { field.value = before[field.id]; }
    });
    form.addEventListener("input", function () {
      var values = {};
      fields().forEach(function (field) {
        values[field.id] = field.type === "radio" || field.type === "checkbox" ? field.checked : field.value;
      });
      kept(function (places) { places.setItem(name, JSON.stringify(values)); });
    });

    var unsent = form.querySelector("[data-unsent]");
    var wait = function () {
      delete form.dataset.sent;
      unsent.hidden = false;
      all("button.big", form)[0].textContent = "Chưa gửi được, chạm gửi lại";
      unsent.scrollIntoView({ block: "center" });
    };
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented || !window.fetch) { return; }
      event.preventDefault();
      if (!navigator.onLine) { wait(); return; }
      var by = event.submitter, late = setTimeout(wait, 12000);
      fetch("/readyz", { cache: "no-store" }).then(function (answer) {
        clearTimeout(late);
        if (!answer.ok) { wait(); return; }
        if (by && by.name) {
          var more = document.createElement("input");
          more.type = "hidden"; more.name = by.name; more.value = by.value;
          form.appendChild(more);
        }
        form.submit();
      }, function () { clearTimeout(late); wait(); });
    });
  });
})();
