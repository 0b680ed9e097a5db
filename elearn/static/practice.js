// A practice and a drill work without this. With it a screen reader hears the word after a wrong tap, one that
// leads astray leads there at once, a reload keeps the place, and that one is through is kept without another tap.
(function () {
  "use strict";
  var all = function (what, where) { return [].slice.call((where || document).querySelectorAll(what)); };
  // Which messages one has judged stays on this device, of a shared machine nowhere; the server is not told.
  var store = null;
  try { store = document.querySelector(".kiosk") ? null : window.localStorage; } catch (error) { /* forbidden here */ }
  var kept = function (change) { try { return store && change(store); } catch (error) { return null; } };
  var judged = (kept(function (places) { return places.getItem("tin-da-doan"); }) || "").split(" ");
  var inbox = document.querySelector("[data-inbox]");
  if (inbox) {
    var left = all("[data-key]", inbox).filter(function (line) {
      var done = judged.indexOf(line.dataset.key) >= 0;
      line.querySelector("[data-seen]").hidden = !done;
      return !done;
    });
    var next = document.querySelector("[data-next]"), lines = all("[data-key]", inbox).length;
    if (left.length < lines) {
      next.textContent = left.length ? "Tin tiếp theo chưa đoán (còn " + left.length + " tin)" : "Đoán lại từ tin đầu tiên";
      next.href = (left[0] || inbox).querySelector("a").href;
    }
  }
  var drill = document.querySelector("[data-drill]");
  if (drill) {
    var solution = drill.querySelector(".solution");
    var judge = function () {
      var chosen = drill.querySelector("[name=v]:checked");
      drill.classList.toggle("hit", !!chosen && chosen.value === solution.dataset.truth);
      drill.classList.toggle("miss", !!chosen && chosen.value !== solution.dataset.truth);
      all("[data-of]", solution).forEach(function (line) {
        line.querySelector("[data-seen]").hidden = !document.getElementById(line.dataset.of).checked;
      });
      if (chosen && location.hash === "#loi-giai" && judged.indexOf(drill.dataset.drill) < 0) {
        judged.push(drill.dataset.drill);
        kept(function (places) { places.setItem("tin-da-doan", judged.join(" ").trim()); });
      }
    };
    drill.addEventListener("change", judge);
    window.addEventListener("hashchange", judge);
  }
  var box = document.querySelector("[data-practice]");
  if (!box) { return; }
  var say = box.querySelector("[data-say]"), done = document.getElementById("xong");
  var carried = (history.state && history.state.vap) || []; // what went wrong before a reload
  var tell = function (text) { say.textContent = ""; setTimeout(function () { say.textContent = text; }, 50); };

  all(".slip", box).forEach(function (slip) {
    slip.addEventListener("change", function () {
      var word = slip.nextElementSibling.nextElementSibling;
      slip.checked = true; // what was tapped stays tapped
      remember();
      if (slip.dataset.to) { location.hash = slip.dataset.to; return; }
      tell(word.textContent);
      word.scrollIntoView({ block: "nearest" });
    });
  });
  all(".blank", box).forEach(function (blank) {
    blank.addEventListener("change", function () {
      blank.checked = true;
      tell(blank.nextElementSibling.querySelector(".after").textContent);
    });
  });
  var stumbled = function () {
    return all(".slip:checked", box).map(function (slip) { return slip.value; }).concat(carried);
  };
  var remember = function () { history.replaceState({ vap: stumbled() }, ""); };
  var finish = function () {
    var places = stumbled();
    box.classList.toggle("some", places.length > 0);
    box.classList.toggle("none", !places.length);
    places.forEach(function (number) {
      var line = document.getElementById("vap-" + number);
      if (line) { line.className = "vap"; }
    });
    if (box.tagName === "FORM" && !box.dataset.kept) { keep(); }
  };
  var keep = function () {
    if (!window.fetch || !window.FormData) { return; }
    var sent = new FormData(box);
    carried.forEach(function (number) { sent.append("vap", number); });
    fetch(box.action, { method: "POST", body: sent, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { return; }
      box.dataset.kept = "1";
      done.querySelector("[type=submit]").parentNode.hidden = true;
      done.querySelector("[data-kept]").hidden = false;
    }, function () { /* no signal: the button stays */ });
  };
  // Without a signal at the end the button is tapped later: then too everything that went wrong is told.
  box.addEventListener("submit", function () {
    carried.splice(0).forEach(function (number) {
      var more = document.createElement("input");
      more.type = "hidden"; more.name = "vap"; more.value = number;
      box.appendChild(more);
    });
  });

  var arrive = function () {
    var screen = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    remember();
    if (!screen || !screen.classList.contains("screen")) { return; }
    if (!screen.contains(document.activeElement)) { screen.focus({ preventScroll: true }); }
    screen.scrollIntoView({ block: "start" });
    if (screen === done) { finish(); }
  };
  window.addEventListener("hashchange", arrive);
  if (location.hash === "#man-1" || (location.hash && history.state)) { arrive(); } // after a reload one goes on where one was
  else if (location.hash) { history.replaceState(null, "", location.pathname); location.reload(); } // a link begins at the beginning
})();
