// A practice and a drill work without this. With it a screen reader hears the word after a wrong tap, wrong taps that lead astray
// are counted, the end tells where one stumbled, and that one is through is kept without another tap.
(function () {
  "use strict";
  var all = function (what, where) { return [].slice.call((where || document).querySelectorAll(what)); };
  var drill = document.querySelector("[data-drill]");
  if (drill) {
    var solution = drill.querySelector(".solution");
    var judge = function () {
      var chosen = drill.querySelector("[name=v]:checked");
      drill.querySelector("[data-right]").hidden = !chosen || chosen.value !== solution.dataset.truth;
      drill.querySelector("[data-wrong]").hidden = !chosen || chosen.value === solution.dataset.truth;
      all("[data-of]", solution).forEach(function (line) {
        line.querySelector("[data-seen]").hidden = !document.getElementById(line.dataset.of).checked;
      });
    };
    drill.addEventListener("change", judge);
    window.addEventListener("hashchange", judge);
  }
  var box = document.querySelector("[data-practice]");
  if (!box) { return; }
  var say = box.querySelector("[data-say]"), done = document.getElementById("xong"), strays = [];
  var tell = function (text) { say.textContent = ""; setTimeout(function () { say.textContent = text; }, 50); };

  all(".slip", box).forEach(function (slip) {
    slip.addEventListener("change", function () {
      var word = slip.nextElementSibling.nextElementSibling;
      slip.checked = true; // what was tapped stays tapped
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
  all(".stray", box).forEach(function (stray) {
    stray.addEventListener("click", function () { strays.push(stray.dataset.slip); });
  });

  var stumbled = function () {
    return all(".slip:checked", box).map(function (slip) { return slip.value; }).concat(strays);
  };
  var finish = function () {
    var places = stumbled().filter(function (one, at, list) { return list.indexOf(one) === at; });
    places.sort(function (one, other) { return one - other; });
    var list = done.querySelector("[data-stumbled] ul");
    done.querySelector("[data-clean]").hidden = places.length > 0;
    done.querySelector("[data-stumbled]").hidden = !places.length;
    list.replaceChildren.apply(list, places.map(function (number) {
      var line = document.createElement("li");
      line.textContent = document.getElementById("ten-" + number).textContent;
      return line;
    }));
    if (box.tagName === "FORM" && !box.dataset.kept) { keep(); }
  };
  var keep = function () {
    if (!window.fetch || !window.FormData) { return; }
    var sent = new FormData(box);
    strays.forEach(function (number) { sent.append("vap", number); });
    fetch(box.action, { method: "POST", body: sent, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { return; }
      box.dataset.kept = "1";
      done.querySelector("[type=submit]").parentNode.hidden = true;
      done.querySelector("[data-kept]").hidden = false;
    }, function () { /* no signal: the button stays */ });
  };
  // Without a signal at the end the button is tapped later: then too everything that went wrong is told.
  box.addEventListener("submit", function () {
    strays.splice(0).forEach(function (number) {
      var more = document.createElement("input");
      more.type = "hidden"; more.name = "vap"; more.value = number;
      box.appendChild(more);
    });
  });

  var arrive = function () {
    var screen = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    if (!screen || !screen.classList.contains("screen")) { return; }
    if (!screen.contains(document.activeElement)) { screen.focus({ preventScroll: true }); }
    screen.scrollIntoView({ block: "start" });
    if (screen === done) { finish(); }
  };
  window.addEventListener("hashchange", arrive);
  if (location.hash) { history.replaceState(null, "", location.pathname); location.reload(); } // always from the beginning
})();
