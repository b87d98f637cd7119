"use strict";
(() => {
  const svgName = "http://www.w3.org/2000/svg";
  const colors = ["#2b8fd6", "#dd6b20", "#12a37a", "#cc79a7", "#d69e00", "#7b6fd0", "#a07c3b", "#8a8f98"];

  function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  function shape(parent, name, attributes, text) {
    const node = document.createElementNS(svgName, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    parent.append(node);
    return node;
  }

  function theme() {
    const button = document.getElementById("theme");
    const root = document.documentElement;
    const set = dark => {
      root.dataset.theme = dark ? "dark" : "light";
      button.textContent = dark ? "Light" : "Dark";
    };
    set(window.matchMedia("(prefers-color-scheme: dark)").matches);
    button.addEventListener("click", () => set(root.dataset.theme !== "dark"));
  }

  function number(value) {
    const size = Math.abs(value);
    return value === 0 ? "0" : size >= 1e-3 && size < 1e5 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
  }

  // About five round steps between two ends.
  function ticks(low, high) {
    const raw = (high - low) / 5;
    const power = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = power * [1, 2, 5, 10].find(factor => factor * power >= raw);
    const result = [];
    for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) result.push(Math.abs(t) < step * 1e-9 ? 0 : t);
    return result;
  }

  // The same for logarithms: decades, or 1, 2 and 5 of each where there are few.
  function decades(low, high) {
    if (high - low > 2) return ticks(low, high).filter(t => Math.abs(t - Math.round(t)) < 1e-9);
    const result = [];
    for (let decade = Math.floor(low); decade <= high; decade++) {
      for (const factor of [1, 2, 5]) {
        const t = decade + Math.log10(factor);
        if (t >= low && t <= high) result.push(t);
      }
    }
    return result.length > 1 ? result : ticks(low, high);
  }

  function curves(place, data) {
    const names = data.map(curve => curve.name);
    const colorOf = index => colors[groups.indexOf(names[index].replace(/-?seed\d+$/, "")) % colors.length];
    const groups = [...new Set(names.map(name => name.replace(/-?seed\d+$/, "")))];
    const whole = [0, Math.max(1, ...data.map(curve => curve.x[curve.x.length - 1] ?? 1))];
    let range = [...whole];
    let quantity = "loss";
    let logarithmic = true;
    let drag = null;
    const shown = data.map(() => true);

    const panel = element("div", { class: "panel" }, element("h3", {}, "Training along the runs"));
    const tools = element("div", { class: "tools" });
    const choice = element("select", { "aria-label": "Quantity" }, element("option", { value: "loss" }, "Training loss"), element("option", { value: "gradient" }, "Gradient norm"));
    const log = element("input", { type: "checkbox" });
    log.checked = true;
    const reset = element("button", { type: "button" }, "Whole range");
    const all = element("button", { type: "button" }, "All");
    const none = element("button", { type: "button" }, "None");
    tools.append(choice, element("label", {}, log, " logarithmic"), reset, all, none);
    const chart = document.createElementNS(svgName, "svg");
    chart.setAttribute("class", "chart");
    chart.setAttribute("tabindex", "0");
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", "Curves; drag to zoom, arrow keys to move, plus and minus to zoom, 0 for the whole range");
    const readout = element("div", { class: "readout", "aria-live": "polite" }, "Drag over the curves to zoom in; with the keyboard: + and −, arrows, 0.");
    const legend = element("div", { class: "legend" });
    const boxes = data.map((curve, i) => {
      const box = element("input", { type: "checkbox" });
      box.checked = true;
      box.addEventListener("change", () => { shown[i] = box.checked; draw(); });
      const swatch = element("span", { class: "swatch" });
      swatch.style.background = colorOf(i);
      legend.append(element("label", { title: curve.name }, box, swatch, curve.name));
      return box;
    });
    panel.append(tools, chart, readout, legend);
    place.append(panel);

    const margin = { left: 64, right: 14, top: 10, bottom: 44 };
    let scale = null;

    function draw() {
      const width = chart.clientWidth || 900;
      const height = chart.clientHeight || 400;
      chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
      chart.replaceChildren();
      const values = [];
      data.forEach((curve, i) => {
        if (!shown[i]) return;
        curve.x.forEach((x, k) => {
          const y = curve[quantity][k];
          if (x >= range[0] && x <= range[1] && y !== null && (!logarithmic || y > 0)) values.push(logarithmic ? Math.log10(y) : y);
        });
      });
      let low = values.reduce((a, b) => Math.min(a, b), Infinity);
      let high = values.reduce((a, b) => Math.max(a, b), -Infinity);
      if (!(low <= high)) [low, high] = [0, 1];
      const room = (high - low || 1) * 0.05;
      low -= room;
      high += room;
      const px = x => margin.left + (x - range[0]) / (range[1] - range[0]) * (width - margin.left - margin.right);
      const py = y => height - margin.bottom - (y - low) / (high - low) * (height - margin.top - margin.bottom);
      scale = { width, height, inverse: p => range[0] + (p - margin.left) / (width - margin.left - margin.right) * (range[1] - range[0]) };
      for (const t of ticks(range[0], range[1])) {
        shape(chart, "line", { class: "grid", x1: px(t), x2: px(t), y1: margin.top, y2: height - margin.bottom });
        shape(chart, "text", { x: px(t), y: height - margin.bottom + 18, "text-anchor": "middle" }, number(t));
      }
      const steps = logarithmic ? decades(low, high) : ticks(low, high);
      for (const t of steps) {
        shape(chart, "line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: py(t), y2: py(t) });
        shape(chart, "text", { x: margin.left - 6, y: py(t) + 4, "text-anchor": "end" }, number(logarithmic ? Math.pow(10, t) : t));
      }
      shape(chart, "line", { class: "axis", x1: margin.left, x2: margin.left, y1: margin.top, y2: height - margin.bottom });
      shape(chart, "line", { class: "axis", x1: margin.left, x2: width - margin.right, y1: height - margin.bottom, y2: height - margin.bottom });
      shape(chart, "text", { x: (width + margin.left) / 2, y: height - 6, "text-anchor": "middle" }, "Iteration");
      data.forEach((curve, i) => {
        if (!shown[i]) return;
        let path = "";
        let pen = false;
        curve.x.forEach((x, k) => {
          const y = curve[quantity][k];
          const inside = y !== null && (!logarithmic || y > 0) && x >= range[0] && x <= range[1];
          if (inside) path += `${pen ? "L" : "M"}${px(x).toFixed(1)} ${py(logarithmic ? Math.log10(y) : y).toFixed(1)}`;
          pen = inside;
        });
        shape(chart, "path", { d: path, fill: "none", stroke: colorOf(i), "stroke-width": 1.4, "stroke-opacity": 0.85 });
      });
      if (drag) shape(chart, "rect", { class: "band", x: Math.min(drag[0], drag[1]), width: Math.abs(drag[1] - drag[0]), y: margin.top, height: height - margin.top - margin.bottom });
    }

    function zoom(from, to) {
      const span = Math.max(to - from, (whole[1] - whole[0]) / 500);
      const start = Math.min(Math.max(from, whole[0]), whole[1] - span);
      range = [Math.max(whole[0], start), Math.min(whole[1], Math.max(whole[0], start) + span)];
      draw();
      readout.textContent = `Iterations ${number(Math.round(range[0]))} to ${number(Math.round(range[1]))}`;
    }

    const at = event => Math.min(Math.max(event.clientX - chart.getBoundingClientRect().left, margin.left), scale.width - margin.right);
    chart.addEventListener("pointerdown", event => { drag = [at(event), at(event)]; chart.setPointerCapture(event.pointerId); });
    chart.addEventListener("pointermove", event => {
      if (drag) { drag[1] = at(event); draw(); return; }
      const x = scale.inverse(at(event));
      const parts = [];
      data.forEach((curve, i) => {
        if (!shown[i] || parts.length >= 4) return;
        let best = 0;
        curve.x.forEach((t, k) => { if (Math.abs(t - x) < Math.abs(curve.x[best] - x)) best = k; });
        if (curve[quantity][best] !== null && curve[quantity][best] !== undefined) parts.push(`${curve.name} ${number(curve[quantity][best])}`);
      });
      readout.textContent = `Iteration ${Math.round(x)}: ${parts.join(" · ")}`;
    });
    chart.addEventListener("pointerup", () => {
      const [a, b] = drag ?? [0, 0];
      drag = null;
      if (Math.abs(a - b) > 5) zoom(scale.inverse(Math.min(a, b)), scale.inverse(Math.max(a, b)));
      else draw();
    });
    chart.addEventListener("keydown", event => {
      const span = range[1] - range[0];
      const middle = (range[0] + range[1]) / 2;
      const moves = {
        "+": () => zoom(middle - span / 4, middle + span / 4),
        "=": () => zoom(middle - span / 4, middle + span / 4),
        "-": () => zoom(middle - span, middle + span),
        "ArrowLeft": () => zoom(range[0] - span / 5, range[1] - span / 5),
        "ArrowRight": () => zoom(range[0] + span / 5, range[1] + span / 5),
        "0": () => zoom(...whole),
      };
      if (moves[event.key]) { moves[event.key](); event.preventDefault(); }
    });
    choice.addEventListener("change", () => { quantity = choice.value; draw(); });
    log.addEventListener("change", () => { logarithmic = log.checked; draw(); });
    reset.addEventListener("click", () => zoom(...whole));
    const show = value => { boxes.forEach((box, i) => { box.checked = value; shown[i] = value; }); draw(); };
    all.addEventListener("click", () => show(true));
    none.addEventListener("click", () => show(false));
    new ResizeObserver(draw).observe(chart);
    draw();
  }

  function matrices(place, data) {
    const panel = element("div", { class: "panel" }, element("h3", {}, "Matrices along a run"));
    const choice = element("select", { "aria-label": "Run" }, ...data.map((run, i) => element("option", { value: i }, run.name)));
    const slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Snapshot" });
    const output = element("output", {});
    const play = element("button", { type: "button" }, "Play");
    const grids = element("div", { class: "grids" });
    panel.append(element("div", { class: "tools" }, choice, slider, output, play), grids);
    place.append(panel);
    let timer = null;

    function draw() {
      const run = data[choice.value];
      const at = Number(slider.value);
      const n = run.size;
      const entries = run.entries[at];
      output.textContent = `iteration ${run.x[at]}`;
      slider.setAttribute("aria-valuetext", output.textContent);
      grids.replaceChildren();
      run.labels.forEach((label, m) => {
        const matrix = entries.slice(m * n * n, (m + 1) * n * n);
        const largest = Math.max(1e-12, ...matrix.map(value => Math.abs(value ?? 0)));
        const cell = 32;
        const svg = document.createElementNS(svgName, "svg");
        svg.setAttribute("viewBox", `0 0 ${n * cell} ${n * cell + 22}`);
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", `${label} at ${output.textContent}`);
        shape(svg, "text", { x: n * cell / 2, y: 15 }, label);
        matrix.forEach((value, i) => {
          const share = (value ?? 0) / largest;
          const [x, y] = [(i % n) * cell, Math.floor(i / n) * cell + 22];
          const fade = Math.round(255 - 165 * Math.abs(share));
          const fill = share >= 0 ? `rgb(255 ${fade} ${fade})` : `rgb(${fade} ${fade} 255)`;
          shape(svg, "rect", { x, y, width: cell, height: cell, fill, stroke: "#ffffff" });
          shape(svg, "text", { class: "value", x: x + cell / 2, y: y + cell / 2 + 3, style: "fill: #1b1f24" }, value === null ? "–" : value.toFixed(Math.abs(value) >= 100 ? 0 : 2));
        });
        grids.append(svg);
      });
    }

    function choose() {
      slider.max = data[choice.value].x.length - 1;
      slider.value = slider.max;
      draw();
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    }

    choice.addEventListener("change", () => { stop(); choose(); });
    slider.addEventListener("input", draw);
    play.addEventListener("click", () => {
      if (timer) { stop(); return; }
      if (slider.value === slider.max) slider.value = 0;
      play.textContent = "Stop";
      timer = setInterval(() => {
        slider.value = Number(slider.value) + 1;
        draw();
        if (slider.value === slider.max) stop();
      }, 80);
    });
    choose();
  }

  theme();
  for (const section of document.querySelectorAll("section")) {
    const source = section.querySelector("script.data");
    if (!source) continue;
    const data = JSON.parse(source.textContent);
    if (data.curves.length > 0) curves(section.querySelector(".curves"), data.curves);
    if (data.matrices.length > 0) matrices(section.querySelector(".matrices"), data.matrices);
  }
})();
