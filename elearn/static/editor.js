// The desk of those who write: remarks lead to their line, pieces are put in where one writes, and a page
// that would lose what was typed asks first. All of it works without, by the buttons of the page.
(function () {
  "use strict";
  var all = function (what) { return [].slice.call(document.querySelectorAll(what)); };

  all("[data-editor]").forEach(function (text) {
    var place = "editor" + location.pathname, kept = null;
    all("[data-insert-bar],[data-insert]").forEach(function (part) { part.hidden = false; });
    all("[data-without-script]").forEach(function (part) { part.hidden = true; });
    var go = function (start, end) {
      var line = text.value.slice(0, start).split("\n").length, all = text.value.split("\n").length;
      text.focus({ preventScroll: true });
      text.setSelectionRange(start, end);
      text.scrollTop = Math.max(0, text.scrollHeight * (line - 3) / all);
      text.scrollIntoView({ block: "nearest" });
    };
    all("[data-line]").forEach(function (link) {
      link.addEventListener("click", function (event) {
        var lines = text.value.split("\n"), at = Math.min(Number(link.dataset.line), lines.length) - 1;
        var start = lines.slice(0, at).join("\n").length + (at ? 1 : 0);
        event.preventDefault();
        go(start, start + lines[at].length);
      });
    });
    all("[data-insert]").forEach(function (button) {
      button.addEventListener("click", function () {
        var piece = button.dataset.insert, end = text.selectionEnd, start = text.selectionStart;
        if (!("inline" in button.dataset)) {
          var rest = text.value.indexOf("\n", end);
          start = end = rest < 0 ? text.value.length : rest + 1;
          piece = (start && text.value[start - 1] !== "\n" ? "\n\n" : /\n\n$/.test(text.value.slice(0, start)) ? "" : "\n") + piece;
        }
        text.setRangeText(piece, start, end, "end");
        go(start, start + piece.length);
        text.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
    text.form.addEventListener("submit", function () {
      try { sessionStorage.setItem(place, [text.selectionStart, text.scrollTop]); } catch (e) { /* not kept */ }
    });
    try { kept = sessionStorage.getItem(place); sessionStorage.removeItem(place); } catch (e) { /* not kept */ }
    if (kept) { text.selectionStart = text.selectionEnd = Number(kept.split(",")[0]); text.scrollTop = Number(kept.split(",")[1]); }
  });
  all("form[data-guard]").forEach(function (form) {
    var changed = false;
    form.addEventListener("input", function () { changed = true; });
    form.addEventListener("submit", function () { changed = false; });
    window.addEventListener("beforeunload", function (event) { if (changed) { event.preventDefault(); event.returnValue = ""; } });
  });
})();
