// The live view: a WebSocket, or server-sent events where that does not come through.
(function () {
  "use strict";
  var byId = function (id) { return document.getElementById(id); };
  var loads = byId("load").getAttribute("data-loads").split(",").map(Number);
  var socket = null;

  function state(text, kind) {
    byId("link").textContent = text;
    byId("link").className = "state " + kind;
    byId("live").setAttribute("data-state", text);
  }

  function draw() {
    byId("load").setAttribute("points", loads.map(function (load, n) {
      var x = 1150 - (loads.length - 1 - n) * 18.8;
      return x.toFixed(1) + "," + (150 - load * 2.68).toFixed(1);
    }).join(" "));
  }

  function tick(data) {
    byId("tide").textContent = data.tide_cm.toFixed(1);
    byId("wind").textContent = data.wind_kn;
    byId("gust").textContent = data.gust_kn;
    byId("moves").textContent = data.crane_moves;
    byId("at").textContent = data.at + " UTC";
    byId("count").textContent = data.number + (data.number === 1 ? " tick" : " ticks");
    loads.push(data.crane_load_t);
    loads = loads.slice(-60);
    draw();
  }

  function echo(data) {
    var line = document.createElement("li");
    var text = document.createElement("p");
    var by = document.createElement("small");
    text.textContent = data.text;
    by.textContent = data.from;
    line.appendChild(text);
    line.appendChild(by);
    byId("log").insertBefore(line, byId("log").firstChild);
  }

  function hear(event) {
    var data = JSON.parse(event.data);
    if (data.kind === "tick") { tick(data); } else { echo(data); }
  }

  function events() {
    var source = new EventSource("/live/events");
    source.addEventListener("tick", hear);
    source.onopen = function () { state("connected (events)", "good"); };
    source.onerror = function () { state("disconnected", "bad"); };
  }

  function connect() {
    var opened = false;
    var scheme = location.protocol === "https:" ? "wss://" : "ws://";
    socket = new WebSocket(scheme + location.host + "/live/ws");
    socket.onmessage = hear;
    socket.onopen = function () { opened = true; state("connected", "good"); };
    socket.onclose = function () {
      socket = null;
      state("disconnected", "bad");
      if (!opened) { events(); }
    };
  }

  byId("say").addEventListener("submit", function (event) {
    event.preventDefault();
    var text = byId("text").value;
    if (text && socket && socket.readyState === WebSocket.OPEN) {
      socket.send(text);
      byId("text").value = "";
    }
  });

  draw();
  connect();
})();
