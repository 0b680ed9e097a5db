// A part is read into the microphone: what is recorded goes into the form's own file field, and is sent with it.
(function () {
  "use strict";
  var box = document.querySelector("[data-record]"), kind = "audio/webm;codecs=opus";
  var able = window.MediaRecorder && MediaRecorder.isTypeSupported(kind) && navigator.mediaDevices && window.DataTransfer;
  if (!box || !able) { return; }
  var start = box.querySelector("[data-start]"), say = box.querySelector("[data-say]"), heard = box.querySelector("audio");
  var field = document.querySelector("input[type=file]"), recorder = null, pieces = [], most = 170000;
  box.hidden = false;

  var done = function () {
    recorder.stream.getTracks().forEach(function (track) { track.stop(); });
    var file = new File(pieces, "giong-doc.webm", { type: "audio/webm" }), carrier = new DataTransfer();
    carrier.items.add(file);
    field.files = carrier.files;
    heard.src = URL.createObjectURL(file);
    heard.hidden = false;
    recorder = null;
    start.textContent = "Thu lại";
    say.textContent = "Đã thu xong. Nghe lại, được rồi thì chạm “Lưu giọng đọc”.";
  };
  start.addEventListener("click", function () {
    if (recorder) { recorder.stop(); return; }
    start.disabled = true;
    navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } }).then(function (stream) {
      pieces = [];
      recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 16000 });
      recorder.addEventListener("dataavailable", function (event) { pieces.push(event.data); });
      recorder.addEventListener("stop", done);
      recorder.start();
      var mine = recorder;
      setTimeout(function () { if (recorder === mine) { recorder.stop(); } }, most);
      start.textContent = "Thu xong";
      say.textContent = "Đang thu. Đọc xong thì chạm “Thu xong”.";
    }, function () {
      say.textContent = "Máy chưa cho dùng micrô. Mở cài đặt của trình duyệt để cho phép, hoặc gửi một tệp đã thu sẵn.";
    }).then(function () { start.disabled = false; });
  });
})();
