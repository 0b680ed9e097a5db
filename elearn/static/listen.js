// "Nghe đọc": plays the parts of a page one after the other, from files where there are, else by the device's own
// voice; the part being read is marked and stays in sight. app.js brings this when a hand comes to the bar.
(function () {
  "use strict";
  var all = function (what, where) { return [].slice.call((where || document).querySelectorAll(what)); };
  var bar = document.querySelector("[data-listen]"), speech = window.speechSynthesis;
  var play = bar.querySelector("[data-play]"), slow = bar.querySelector("[data-slow]"), repeat = bar.querySelector("[data-repeat]");
  var sound = new Audio(), ahead = new Audio(), at = -1, reading = false, said = null;
  var files = {};
  bar.dataset.listen.split(" ").forEach(function (pair) {
    var one = pair.split(":");
    if (one[1] && sound.canPlayType("audio/ogg; codecs=opus")) { files[one[0]] = bar.dataset.at + one[0] + ".opus?v=" + one[1]; }
  });
  var voice = function () {
    return speech ? speech.getVoices().filter(function (one) { return /^vi\b/i.test(one.lang); })[0] : null;
  };
  var parts = all("main [data-part]").filter(function (one) { return files[one.dataset.part] || voice(); });
  if (!parts.length) { bar.hidden = true; return; }

  // What stands in a part, without the parts within it and what is folded up.
  var words = function (part) {
    var copy = part.cloneNode(true);
    all("[data-part], .meaning", copy).forEach(function (one) { one.remove(); });
    return copy.textContent;
  };
  var shown = function (part) { return part.tagName === "OPTION" ? part.closest("p") : part; };
  var mark = function () {
    all(".reading").forEach(function (one) { one.classList.remove("reading"); one.removeAttribute("aria-current"); });
    play.textContent = reading ? "Dừng" : "Nghe";
    repeat.disabled = at < 0;
    if (at < 0) { return; }
    var part = shown(parts[at]);
    part.classList.add("reading");
    part.setAttribute("aria-current", "true");
    if (reading) { part.scrollIntoView({ block: "center" }); }
  };
  var hush = function () {
    said = null;
    sound.pause();
    if (speech) { speech.cancel(); }
  };
  var stop = function () { reading = false; hush(); mark(); };
  var next = function () {
    if (at + 1 < parts.length) { read(at + 1); } else { at = -1; stop(); }
  };
  var speak = function () {
    var own = voice();
    if (!own) { next(); return; }
    var one = said = new SpeechSynthesisUtterance(words(parts[at]));
    one.voice = own; one.lang = own.lang; one.rate = slow.getAttribute("aria-pressed") === "true" ? 0.7 : 1;
    one.onend = one.onerror = function () { if (said === one && reading) { next(); } };
    speech.speak(one);
  };
  var pace = function () { sound.defaultPlaybackRate = sound.playbackRate = slow.getAttribute("aria-pressed") === "true" ? 0.75 : 1; };
  var read = function (which) {
    hush();
    at = which; reading = true;
    mark();
    var file = files[parts[at].dataset.part], after = parts[at + 1] && files[parts[at + 1].dataset.part];
    if (!file) { speak(); return; }
    sound.src = file;
    pace();
    var starts = sound.play();
    if (starts) { starts.catch(function (fault) { if (fault.name === "NotAllowedError") { stop(); } }); }
    if (after) { ahead.preload = "auto"; ahead.src = after; }
  };
  sound.addEventListener("ended", next);
  sound.addEventListener("error", function () { if (reading) { speak(); } });

  // One begins where one is looking; after a stop, where one stopped, if that is still in sight.
  var first = function () {
    var inSight = function (part) {
      var box = shown(part).getBoundingClientRect();
      return box.bottom > 0 && box.top < window.innerHeight;
    };
    if (at >= 0 && inSight(parts[at])) { return at; }
    if (window.scrollY < 200) { return 0; }
    var seen = parts.filter(function (part) { return inSight(part) && shown(part).getBoundingClientRect().top >= 0; });
    return seen.length ? parts.indexOf(seen[0]) : 0;
  };
  play.addEventListener("click", function () { if (reading) { stop(); } else { read(first()); } });
  repeat.addEventListener("click", function () { if (at >= 0) { read(at); } });
  slow.addEventListener("click", function () {
    slow.setAttribute("aria-pressed", slow.getAttribute("aria-pressed") === "true" ? "false" : "true");
    pace();
    if (said && reading) { read(at); }
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape" && reading) { stop(); } });
  window.addEventListener("pagehide", stop);
  if (bar.dataset.wanted) { play.click(); }  // who tapped before this was here
})();
