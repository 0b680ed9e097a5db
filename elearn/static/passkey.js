// A passkey is made or asked by the browser: the server says what is to be signed, the form takes the answer.
(function () {
  "use strict";
  var form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential || !window.fetch) { return; }
  var button = form.querySelector("[data-use]"), failed = form.querySelector("[data-failed]");

  var bytes = function (text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/")), all = new Uint8Array(plain.length), at;
    for (at = 0; at < plain.length; at += 1) { all[at] = plain.charCodeAt(at); }
    return all.buffer;
  };
  var text = function (buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  var known = function (list) {
    return (list || []).map(function (one) { return { id: bytes(one.id), type: one.type, transports: one.transports }; });
  };
  var ask = function (options) {
    options.challenge = bytes(options.challenge);
    if (form.dataset.passkey === "create") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = known(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    }
    options.allowCredentials = known(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  };
  var answer = function (key) {
    var said = { id: key.id, rawId: text(key.rawId), type: key.type, response: {} };
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (key.response[part]) { said.response[part] = text(key.response[part]); }
    });
    return JSON.stringify(said);
  };

  form.querySelector("[data-script]").hidden = true;
  button.hidden = false;
  button.addEventListener("click", function () {
    var sent = new FormData();
    failed.hidden = true;
    button.disabled = true;
    sent.append("csrf_token", form.querySelector("[name=csrf_token]").value);
    fetch(form.dataset.ask, { method: "POST", body: sent, credentials: "same-origin", cache: "no-store" })
      .then(function (options) { if (!options.ok) { throw options; } return options.json(); })
      .then(ask)
      .then(function (key) {
        form.querySelector("[name=answer], [name=passkey]").value = answer(key);
        form.submit();
      })
      .catch(function () { failed.hidden = false; button.disabled = false; });
  });
})();
