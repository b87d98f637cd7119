"use strict";
(() => {
  const svgName = "http://www.w3.org/2000/svg";
  const colors = JSON.parse(document.getElementById("colors").textContent);
  const automatic = -2;
  const eachCurve = -1;
  const dashes = ["", "7 3", "2 3", "9 3 2 3"];
  const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  // Beyond these, and among many curves, bands and lines would hide one another.
  const mostBands = 8;
  const mostFloorLabels = 8;
  // So few stand in the legend with all their words, one to a line.
  const fewCurves = 3;
  // Values above the largest first one by more than this are off the plot: a diverging run would flatten all others.
  const mostGrowth = 1000;
  // A floor is on the plot if it is at most so many decades below the lowest curve.
  const floorDecades = 2;
  // The settings that an exact floor depends on.
  const deciding = ["model", "activation", "mode", "n-layer", "n-head", "N", "d", "shape-k", "zero-p"];
  let ids = 0;

  function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  function shape(parent, name, attributes = {}, text) {
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
      button.textContent = dark ? "Light theme" : "Dark theme";
    };
    button.hidden = false;
    set(window.matchMedia("(prefers-color-scheme: dark)").matches);
    button.addEventListener("click", () => set(root.dataset.theme !== "dark"));
  }

  // What is folded is printed all the same.
  function printing() {
    let opened = [];
    window.addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll("details:not([open])")];
      opened.forEach(details => { details.open = true; });
    });
    window.addEventListener("afterprint", () => opened.forEach(details => { details.open = false; }));
  }

  const power = exponent => "10" + (exponent < 0 ? "⁻" : "") + [...String(Math.abs(exponent))].map(digit => superscripts[digit]).join("");

  // Five significant digits, as in the tables.
  function number(value) {
    const size = Math.abs(value);
    if (value === 0) return "0";
    if (size >= 1e-3 && size < 1e6) return String(Number(value.toPrecision(5))).replace("-", "−");
    const [digits, exponent] = value.toExponential(4).split("e");
    return `${String(Number(digits)).replace("-", "−")}·${power(Number(exponent))}`;
  }

  // About five round steps between two ends.
  function ticks(low, high) {
    const raw = (high - low) / 5;
    const unit = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = unit * [1, 2, 5, 10].find(factor => factor * unit >= raw);
    const result = [];
    for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) result.push(Math.abs(t) < step * 1e-9 ? 0 : t);
    return result;
  }

  // The same for logarithms: decades, every second or so where there are many; 1, 2 and 5 of each where there are few.
  function decades(low, high) {
    if (high - low > 3) {
      const every = Math.ceil((high - low) / 8);
      return Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i).filter(t => t % every === 0);
    }
    const result = [];
    for (let decade = Math.floor(low); decade <= high; decade++) {
      for (const factor of [1, 2, 5]) {
        const t = decade + Math.log10(factor);
        if (t >= low && t <= high) result.push(t);
      }
    }
    return result.length > 1 ? result : ticks(low, high);
  }

  function logarithmLabel(t) {
    const exponent = Math.round(t);
    return Math.abs(t - exponent) < 1e-9 && Math.abs(exponent) > 3 ? power(exponent) : number(Number(Math.pow(10, t).toPrecision(3)));
  }

  // The first index whose x is not below t.
  function search(x, t) {
    let [low, high] = [0, x.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x[middle] < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function nearest(x, t) {
    const i = search(x, t);
    return i === 0 ? 0 : i === x.length ? i - 1 : t - x[i - 1] <= x[i] - t ? i - 1 : i;
  }

  const isNumber = text => text.trim() !== "" && Number.isFinite(Number(text));

  // The setting whose colours, with dashes, tell all curves apart; the curve itself where there is none; the setting that says most where there are too many.
  function bestSetting(entries) {
    if (entries.length <= colors.palette.length) return eachCurve;
    const settings = entries[0].values.map((_, i) => {
      const sizes = Map.groupBy(entries, entry => entry.values[i]);
      return { i, values: sizes.size, most: Math.max(...[...sizes.values()].map(same => same.length)) };
    }).filter(setting => setting.values > 1).sort((a, b) => b.values - a.values);
    return settings.find(setting => setting.values <= colors.palette.length && setting.most <= dashes.length)?.i
      ?? (entries.length <= colors.palette.length * dashes.length ? eachCurve : settings.find(setting => setting.i < entries[0].values.length - 1)?.i ?? eachCurve);
  }

  // Each curve's colour and dashes: by the curve itself, or by one setting, dashes then telling apart what has the same.
  function styles(entries, setting) {
    if (setting < 0) return entries.map((_, i) => ({ color: colors.palette[i % colors.palette.length], dash: dashes[Math.floor(i / colors.palette.length) % dashes.length] }));
    const values = [...new Set(entries.map(entry => entry.values[setting]))];
    const numeric = values.every(isNumber);
    values.sort((a, b) => numeric ? a - b : a < b ? -1 : a > b ? 1 : 0);
    const steps = colors.sequential.length - 1;
    // The ends of the scale are too dark for lines on black, and too pale on white.
    const scale = i => numeric && values.length > colors.palette.length ? colors.sequential[Math.round((0.2 + i / (values.length - 1) * 0.65) * steps)] : colors.palette[i % colors.palette.length];
    const used = new Map();
    return entries.map(entry => {
      const value = entry.values[setting];
      const before = used.get(value) ?? 0;
      used.set(value, before + 1);
      return { color: scale(values.indexOf(value)), dash: dashes[before % dashes.length] };
    });
  }

  // The curves of one folder: means of groups, or single runs.
  function entriesOf(data, single) {
    const curve = source => ({ x: data.xs[source.x], y: source.y, s: source.s, n: source.n });
    const both = source => ({ loss: curve(source.loss), gradient: curve(source.gradient) });
    const several = data.groups.length > 1;
    return data.groups.flatMap((group, g) => single
      ? group.runs.map(run => ({ ...both(run), names: [run.name], group: g, runs: 1, label: several || group.runs.length === 1 ? `${group.label}, ${run.seed}` : run.seed, title: run.name + (run.end ? `: ${run.end}` : ""), mark: run.end ? " †" : "", values: [...group.values, run.seed], floors: group.floors }))
      : [{ ...both(group.mean ?? group.runs[0]), names: group.runs.map(run => run.name), group: g, runs: group.n, label: several ? group.label : `${group.label}${group.runs.length === 1 ? `, ${group.runs[0].seed}` : ""}`, title: group.runs.map(run => run.name).slice(0, 10).join(", ") + (group.runs.length > 10 ? ", …" : ""), mark: group.runs.some(run => run.end) ? " †" : "", values: [...group.values, ""], floors: group.floors }]);
  }

  const legendText = (entry, isShort) => `${entry.label}${entry.runs > 1 ? `: mean ${isShort ? "" : "± standard deviation "}of ${entry.runs} seeds` : ""}${entry.mark}`;

  function curves(place, data) {
    const hasSeeds = data.groups.some(group => group.runs.length > 1);
    const last = xs => xs.reduce((most, x) => Math.max(most, x[x.length - 1] ?? 0), 1);
    const whole = [0, last(data.xs)];
    let range = [...whole];
    let quantity = "loss";
    let logarithmic = true;
    let showFloors = true;
    let single = false;
    let colorBy = automatic;
    let words = [];
    let chosen = null;
    let drag = null;
    let strong = null;
    let entries = [];
    let scale = null;

    const tools = element("div", { class: "tools" });
    const choice = element("select", { "aria-label": "Quantity" }, element("option", { value: "loss" }, "Training loss"), element("option", { value: "gradient" }, "Gradient norm"));
    const kind = element("select", { "aria-label": "Means or single runs" }, element("option", { value: "means" }, "Means over seeds"), element("option", { value: "runs" }, "Single runs"));
    const coloring = element("select", { "aria-label": "What colours tell apart" });
    const check = (text, name) => {
      const box = element("input", { type: "checkbox", class: name });
      box.checked = true;
      return [box, element("label", {}, box, ` ${text}`)];
    };
    const [log, logLabel] = check("logarithmic", "log");
    const [floorBox, floorLabel] = check("exact floors", "floors");
    const reset = element("button", { type: "button" }, "Whole range");
    tools.append(choice);
    if (hasSeeds) tools.append(kind);
    tools.append(logLabel);
    if (data.floors.length > 0) tools.append(floorLabel);
    tools.append(reset);
    const chart = document.createElementNS(svgName, "svg");
    chart.setAttribute("class", "chart");
    chart.setAttribute("tabindex", "0");
    chart.setAttribute("role", "img");
    const readout = element("div", { class: "readout", "aria-live": "polite" }, "Drag over the curves to zoom in; with the keyboard: + and −, arrows, 0.");
    const leftOut = element("div", { class: "left-out" });
    const filter = element("input", { type: "search", placeholder: "Filter, such as: adam 0.01", "aria-label": "Filter the curves by their labels" });
    const all = element("button", { type: "button" }, "Show all");
    const none = element("button", { type: "button" }, "Hide all");
    const count = element("span", { class: "left-out", "aria-live": "polite" });
    const legendTools = element("div", { class: "tools legend-tools" }, filter, all, none, element("label", {}, "Colour by ", coloring), count);
    const legend = element("div", { class: "legend", role: "group", "aria-label": "Curves" });
    place.append(tools, chart, readout, leftOut, legendTools, legend);
    const margin = { left: 68, right: 14, top: 10, bottom: 44 };

    const isShown = entry => entry.shown && entry.matches;

    function rebuild() {
      entries = entriesOf(data, single);
      // The last "setting" is the seed.
      const names = [single ? "each run" : "each group", ...data.varying, ...(single && hasSeeds ? ["sd"] : [])];
      const distinct = names.slice(1).map((_, i) => new Set(entries.map(entry => entry.values[i])).size);
      const options = [["automatic", automatic], ...names.map((name, i) => [name, i - 1])].filter(([, value]) => value < 0 || distinct[value] > 1);
      coloring.replaceChildren(...options.map(([name, value]) => element("option", { value }, name)));
      colorBy = automatic;
      coloring.value = colorBy;
      legendTools.hidden = entries.length < 2;
      legend.classList.toggle("few", entries.length <= fewCurves);
      filter.hidden = entries.length < 4;
      coloring.parentNode.hidden = entries.length < 3;
      strong = null;
      legend.replaceChildren(...entries.map(row));
      refilter();
    }

    function row(entry) {
      entry.shown = true;
      entry.box = element("input", { type: "checkbox" });
      entry.box.checked = true;
      const swatch = document.createElementNS(svgName, "svg");
      swatch.setAttribute("width", "28");
      swatch.setAttribute("height", "10");
      swatch.setAttribute("aria-hidden", "true");
      entry.swatch = shape(swatch, "line", { x1: 0, x2: 28, y1: 5, y2: 5, "stroke-width": 2.5 });
      entry.row = element("label", { title: entry.title }, entry.box, swatch, element("span", {}, legendText(entry, entries.length > fewCurves)));
      entry.box.addEventListener("change", () => { entry.shown = entry.box.checked; draw(); });
      entry.row.addEventListener("pointerenter", () => emphasize(entry));
      entry.row.addEventListener("pointerleave", () => emphasize(null));
      entry.box.addEventListener("focus", () => emphasize(entry));
      entry.box.addEventListener("blur", () => emphasize(null));
      return entry.row;
    }

    function restyle() {
      const among = entries.filter(entry => entry.matches);
      if (among.length === 0) return;
      styles(among, colorBy === automatic ? bestSetting(among) : colorBy).forEach((style, i) => {
        among[i].style = style;
        among[i].swatch.setAttribute("style", `stroke: ${style.color}; stroke-dasharray: ${style.dash || "none"}`);
      });
    }

    function refilter() {
      words = filter.value.toLowerCase().split(/[\s,]+/).filter(word => word !== "");
      for (const entry of entries) {
        const parts = entry.label.toLowerCase().split(/[\s,]+/);
        // A number means that number: 0.01 is not part of 0.012.
        entry.matches = (chosen === null || entry.names.some(name => chosen.includes(name))) && words.every(word => parts.some(part => isNumber(word) ? part === word || (isNumber(part) && Number(part) === Number(word)) : part.includes(word)));
        entry.row.hidden = !entry.matches;
      }
      restyle();
      draw();
    }

    // What tells the groups of a floor from the others that are shown: N 20.
    function conditionOf(floor, shown) {
      const withIt = shown.filter(entry => entry.floors.includes(floor));
      const without = shown.filter(entry => !entry.floors.includes(floor));
      if (without.length === 0) return "";
      const parts = data.varying.flatMap((name, i) => {
        const value = withIt[0].values[i];
        return deciding.includes(name) && withIt.every(entry => entry.values[i] === value) && without.some(entry => entry.values[i] !== value) ? [`${name} ${value}`] : [];
      });
      return parts.length > 0 ? ` (${parts.join(", ")})` : "";
    }

    function draw() {
      const width = chart.clientWidth || 900;
      const height = chart.clientHeight || 400;
      chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
      chart.replaceChildren();
      const name = quantity === "loss" ? "Training loss" : "Gradient norm";
      const shown = entries.filter(isShown);
      for (const entry of entries) entry.row.classList.toggle("off", !isShown(entry));
      count.textContent = `${shown.length} of ${entries.length} curves`;
      chart.setAttribute("aria-label", `${name} of ${shown.length} curves against the iteration; drag to zoom, plus and minus to zoom, arrow keys to move, 0 for the whole range`);

      const highest = mostGrowth * shown.reduce((most, entry) => Math.max(most, entry[quantity].y[0] ?? 0), 0);
      let [low, high, notPositive, isCut] = [Infinity, -Infinity, 0, false];
      for (const entry of shown) {
        const { x, y } = entry[quantity];
        for (let k = search(x, range[0]); k < x.length && x[k] <= range[1]; k++) {
          if (logarithmic && y[k] <= 0) { notPositive++; continue; }
          if (y[k] < low) low = y[k];
          if (highest > 0 && y[k] > highest) isCut = true;
          else if (y[k] > high) high = y[k];
        }
      }
      const notes = [];
      if (notPositive > 0) notes.push(`${notPositive} ${notPositive === 1 ? "value that is" : "values that are"} zero or negative ${notPositive === 1 ? "has" : "have"} no place on a logarithmic axis.`);
      if (isCut) {
        if (!(low <= high)) [low, high] = [highest / mostGrowth, highest];
        notes.push(`Values above ${mostGrowth} times the largest at the start are off the plot.`);
      }
      if (!(low <= high)) {
        [low, high] = [0.1, 1];
        if (shown.length > 0) notes.push("There is no value to show in this range.");
      }
      const floors = showFloors && quantity === "loss" ? [...new Set(shown.flatMap(entry => entry.floors))] : [];
      const lowest = logarithmic ? low / Math.pow(10, floorDecades) : -Infinity;
      const visible = floors.filter(floor => data.floors[floor].value >= lowest);
      const below = floors.filter(floor => data.floors[floor].value < lowest);
      if (below.length > 0) notes.push(`Exact floors far below the plot: ${below.slice(0, mostFloorLabels).map(floor => `${data.floors[floor].name}${conditionOf(floor, shown)} ${number(data.floors[floor].value)}`).join("; ")}${below.length > mostFloorLabels ? "; …" : ""}.`);
      for (const floor of visible) {
        low = Math.min(low, data.floors[floor].value);
        high = Math.max(high, data.floors[floor].value);
      }
      const bands = shown.filter(entry => entry[quantity].s && (shown.length <= mostBands || entry === strong));
      const hasBands = shown.some(entry => entry[quantity].s);
      if (hasBands && shown.length > mostBands) notes.push(`Bands are drawn where at most ${mostBands} curves are shown, and of the one that is pointed at in the legend.`);
      if (entries.some(entry => entry.mark)) notes.push("† runs that ended early or have something left out: see below.");
      leftOut.textContent = notes.join(" ");

      let [bottom, top] = logarithmic ? [Math.log10(low), Math.log10(high)] : [Math.min(low, 0), high];
      const room = (top - bottom || 1) * 0.05;
      if (logarithmic || bottom < 0) bottom -= room;
      top += room;
      const px = x => margin.left + (x - range[0]) / (range[1] - range[0]) * (width - margin.left - margin.right);
      const at = y => height - margin.bottom - (y - bottom) / (top - bottom) * (height - margin.top - margin.bottom);
      // What is beyond the plot is cut off; far beyond it numbers would lose their digits.
      const py = y => Math.max(-1e4, Math.min(1e4, at(logarithmic ? Math.log10(y) : y)));
      scale = { width, height, px, py, inverse: p => range[0] + (p - margin.left) / (width - margin.left - margin.right) * (range[1] - range[0]) };
      const clip = `clip${++ids}`;
      shape(shape(shape(chart, "defs"), "clipPath", { id: clip }), "rect", { x: margin.left, y: margin.top, width: Math.max(0, width - margin.left - margin.right), height: Math.max(0, height - margin.top - margin.bottom) });
      const narrow = width < 500;
      for (const t of ticks(range[0], range[1]).filter((_, i) => !narrow || i % 2 === 0)) {
        shape(chart, "line", { class: "grid", x1: px(t), x2: px(t), y1: margin.top, y2: height - margin.bottom });
        shape(chart, "text", { x: px(t), y: height - margin.bottom + 18, "text-anchor": px(t) > width - 30 ? "end" : "middle" }, number(t));
      }
      for (const t of logarithmic ? decades(bottom, top) : ticks(bottom, top)) {
        shape(chart, "line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: at(t), y2: at(t) });
        shape(chart, "text", { x: margin.left - 6, y: at(t) + 4, "text-anchor": "end" }, logarithmic ? logarithmLabel(t) : number(t));
      }
      shape(chart, "line", { class: "axis", x1: margin.left, x2: margin.left, y1: margin.top, y2: height - margin.bottom });
      shape(chart, "line", { class: "axis", x1: margin.left, x2: width - margin.right, y1: height - margin.bottom, y2: height - margin.bottom });
      shape(chart, "text", { x: (width + margin.left) / 2, y: height - 6, "text-anchor": "middle" }, "Iteration");
      shape(chart, "text", { transform: `translate(14 ${(height - margin.bottom + margin.top) / 2}) rotate(-90)`, "text-anchor": "middle" }, name);

      const inside = shape(chart, "g", { "clip-path": `url(#${clip})` });
      for (const entry of bands) band(inside, entry, width, height);
      for (const entry of shown) {
        entry.path = shape(inside, "path", { class: "curve", d: line(entry[quantity]), "stroke-dasharray": entry.style.dash, style: `stroke: ${entry.style.color}` });
        entry.path.classList.toggle("strong", entry === strong);
        entry.path.classList.toggle("faded", strong !== null && entry !== strong);
      }
      drawFloors(inside, visible, shown, width);
      scale.cursor = shape(chart, "line", { class: "cursor", y1: margin.top, y2: height - margin.bottom, visibility: "hidden" });
      if (drag) shape(chart, "rect", { class: "band", x: Math.min(drag[0], drag[1]), width: Math.abs(drag[1] - drag[0]), y: margin.top, height: height - margin.top - margin.bottom });
    }

    // The points in sight, and one more on either side.
    function line({ x, y }) {
      let path = "";
      let pen = false;
      for (let k = Math.max(0, search(x, range[0]) - 1); k < x.length && (k === 0 || x[k - 1] <= range[1]); k++) {
        const isOn = !logarithmic || y[k] > 0;
        if (isOn) path += `${pen ? "L" : "M"}${scale.px(x[k]).toFixed(1)} ${scale.py(y[k]).toFixed(1)}`;
        pen = isOn;
      }
      return path;
    }

    function band(parent, entry) {
      const { x, y, s } = entry[quantity];
      const [up, down] = [[], []];
      for (let k = Math.max(0, search(x, range[0]) - 1); k < x.length && (k === 0 || x[k - 1] <= range[1]); k++) {
        if (logarithmic && y[k] + s[k] <= 0) continue;
        const p = scale.px(x[k]).toFixed(1);
        const least = y[k] - s[k];
        up.push(`${p} ${scale.py(y[k] + s[k]).toFixed(1)}`);
        // Down to zero is down to the bottom.
        down.push(`${p} ${(logarithmic && least <= 0 ? scale.height : scale.py(least)).toFixed(1)}`);
      }
      if (up.length > 1) shape(parent, "path", { class: "spread", d: `M${up.join("L")}L${down.reverse().join("L")}Z`, style: `fill: ${entry.style.color}` });
    }

    function drawFloors(parent, visible, shown, width) {
      const labels = [];
      for (const floor of [...visible].sort((a, b) => data.floors[b].value - data.floors[a].value)) {
        const y = scale.py(data.floors[floor].value);
        const text = `${data.floors[floor].name}${conditionOf(floor, shown)}, exact: ${number(data.floors[floor].value)}`;
        const drawn = shape(parent, "line", { class: "floor", x1: margin.left, x2: width - margin.right, y1: y, y2: y });
        shape(drawn, "title", {}, text);
        if (labels.length < mostFloorLabels) label(text, y);
      }

      // Where the fewest points of curves are, and no other label.
      function label(text, y) {
        const node = shape(parent, "text", { class: "floor-label", x: width - margin.right - 6, y: y - 5, "text-anchor": "end" }, text);
        const size = node.getBBox();
        const places = [[width - margin.right - 6 - size.width, y - 5], [margin.left + 6, y - 5], [width - margin.right - 6 - size.width, y + 14], [margin.left + 6, y + 14]]
          .filter(([, bottom]) => bottom > margin.top + 12 && bottom < scale.height - margin.bottom - 2)
          .map(([left, bottom]) => ({ left, right: left + size.width, top: bottom - 13, bottom: bottom + 3 }))
          .filter(box => labels.every(other => box.left > other.right || box.right < other.left || box.top > other.bottom || box.bottom < other.top))
          .map(box => ({ ...box, hidden: shown.reduce((sum, entry) => sum + pointsIn(entry[quantity], box), 0) }));
        if (places.length === 0) { node.remove(); return; }
        const best = places.reduce((a, b) => b.hidden < a.hidden ? b : a);
        labels.push(best);
        node.setAttribute("x", best.left);
        node.setAttribute("y", best.bottom - 3);
        node.setAttribute("text-anchor", "start");
      }
    }

    function pointsIn({ x, y }, box) {
      let points = 0;
      for (let k = search(x, scale.inverse(box.left)); k < x.length && scale.px(x[k]) <= box.right; k++) {
        const p = scale.py(y[k]);
        if (p >= box.top && p <= box.bottom) points++;
      }
      return points;
    }

    function emphasize(entry) {
      if (entry === strong || (entry && !isShown(entry))) return;
      strong = entry;
      // Bands come and go only where there are too many of them.
      if (entries.filter(isShown).length > mostBands) { draw(); return; }
      for (const other of entries) {
        other.path?.classList.toggle("strong", other === strong);
        other.path?.classList.toggle("faded", strong !== null && other !== strong);
      }
    }

    function zoom(from, to) {
      const span = Math.max(to - from, (whole[1] - whole[0]) / 500);
      const start = Math.min(Math.max(from, whole[0]), whole[1] - span);
      range = [Math.max(whole[0], start), Math.min(whole[1], Math.max(whole[0], start) + span)];
      draw();
      readout.textContent = `Iterations ${number(Math.round(range[0]))} to ${number(Math.round(range[1]))}`;
    }

    function valueOf(entry, k) {
      const { y, s, n } = entry[quantity];
      return `${entry.label} ${number(y[k])}${s ? ` ± ${number(s[k])}${n ? ` (${n[k]} seeds)` : ""}` : ""}`;
    }

    // The curves nearest to the pointer, at the logged iteration nearest to it.
    function point(event) {
      const x = scale.inverse(at(event));
      const height = event.clientY - chart.getBoundingClientRect().top;
      const near = entries.filter(isShown).filter(entry => entry[quantity].x.length > 0).map(entry => {
        const k = nearest(entry[quantity].x, x);
        return { entry, k, x: entry[quantity].x[k], away: Math.abs(scale.py(Math.max(entry[quantity].y[k], 1e-300)) - height) };
      }).sort((a, b) => a.away - b.away);
      if (near.length === 0) return;
      const t = near[0].x;
      scale.cursor.setAttribute("x1", scale.px(t));
      scale.cursor.setAttribute("x2", scale.px(t));
      scale.cursor.setAttribute("visibility", t >= range[0] && t <= range[1] ? "visible" : "hidden");
      readout.textContent = `Iteration ${t}: ${near.slice(0, 4).filter(item => item.x === t).map(item => valueOf(item.entry, item.k)).join(" · ")}${near.length > 4 ? " · …" : ""}`;
    }

    const at = event => Math.min(Math.max(event.clientX - chart.getBoundingClientRect().left, margin.left), scale.width - margin.right);
    chart.addEventListener("pointerdown", event => { drag = [at(event), at(event)]; chart.setPointerCapture(event.pointerId); });
    chart.addEventListener("pointermove", event => {
      if (!drag) { point(event); return; }
      drag[1] = at(event);
      draw();
    });
    chart.addEventListener("pointerleave", () => scale.cursor.setAttribute("visibility", "hidden"));
    chart.addEventListener("pointercancel", () => { drag = null; draw(); });
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
      if (moves[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) { moves[event.key](); event.preventDefault(); }
    });
    choice.addEventListener("change", () => { quantity = choice.value; draw(); });
    kind.addEventListener("change", () => { single = kind.value === "runs"; rebuild(); });
    coloring.addEventListener("change", () => { colorBy = Number(coloring.value); restyle(); draw(); });
    log.addEventListener("change", () => { logarithmic = log.checked; draw(); });
    floorBox.addEventListener("change", () => { showFloors = floorBox.checked; draw(); });
    filter.addEventListener("input", refilter);
    reset.addEventListener("click", () => zoom(...whole));
    const show = value => {
      for (const entry of entries.filter(entry => entry.matches)) {
        entry.box.checked = value;
        entry.shown = value;
      }
      draw();
    };
    // Some runs alone; null for all as at first.
    place.only = names => {
      chosen = names;
      single = names !== null && hasSeeds;
      kind.value = single ? "runs" : "means";
      filter.value = "";
      rebuild();
    };
    all.addEventListener("click", () => show(true));
    none.addEventListener("click", () => show(false));
    rebuild();
    let width = chart.clientWidth;
    new ResizeObserver(() => {
      if (chart.clientWidth !== width) {
        width = chart.clientWidth;
        draw();
      }
    }).observe(chart);
  }

  function matrices(place, data) {
    const choice = element("select", { "aria-label": "Run" }, ...data.map((run, i) => element("option", { value: i }, run.name)));
    const chosen = data.length > 1 ? choice : element("span", {}, data[0].name);
    const slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Snapshot" });
    const output = element("output", {});
    const play = element("button", { type: "button" }, "Play");
    const grids = element("div", { class: "grids" });
    const bar = element("span", { class: "scale", role: "img", "aria-label": "Colours from the largest negative entry to the largest positive one" });
    bar.style.background = `linear-gradient(to right, ${colors.diverging.filter((_, i) => i % 8 === 0).map(pair => pair[0]).join(", ")})`;
    // On paper, without the tools, it says which run this is, and when.
    const printed = element("span", { class: "printed" });
    place.append(element("div", { class: "tools" }, chosen, slider, output, play), grids, element("div", { class: "key" }, printed, "−largest", bar, "+largest entry of each matrix"));
    let timer = null;
    const steps = (colors.diverging.length - 1) / 2;

    // Two decimals, without the sign of what rounds to zero; three digits of larger entries.
    function entryText(value) {
      if (value === null) return "–";
      const text = Math.abs(value) >= 1e4 ? value.toExponential(0) : value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
      return (/[1-9]/.test(text) ? text : text.replace("-", "")).replace("-", "−");
    }

    function draw() {
      const run = data[choice.value];
      const at = Number(slider.value);
      const n = run.size;
      const entries = run.entries[at];
      output.textContent = `iteration ${run.x[at]}`;
      slider.setAttribute("aria-valuetext", output.textContent);
      printed.textContent = `${run.name}, ${output.textContent}:`;
      grids.replaceChildren();
      run.labels.forEach((label, m) => {
        const matrix = entries.slice(m * n * n, (m + 1) * n * n);
        const largest = Math.max(1e-300, ...matrix.map(value => Math.abs(value ?? 0)));
        const cell = 32;
        const svg = document.createElementNS(svgName, "svg");
        const wide = Math.max(n * cell, 4 * cell);
        svg.setAttribute("viewBox", `0 0 ${wide} ${n * cell + 22}`);
        svg.style.width = `${wide / cell * 2.2}rem`;
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", `${label} at ${output.textContent}`);
        shape(svg, "text", { x: wide / 2, y: 15 }, label);
        matrix.forEach((value, i) => {
          const [fill, ink] = value === null ? ["none", "var(--ink)"] : colors.diverging[steps + Math.round(value / largest * steps)];
          const [x, y] = [(wide - n * cell) / 2 + (i % n) * cell, Math.floor(i / n) * cell + 22];
          const square = shape(svg, "rect", { x, y, width: cell, height: cell, fill, stroke: "#ffffff" });
          shape(square, "title", {}, value === null ? "not finite" : String(value));
          shape(svg, "text", { class: "value", x: x + cell / 2, y: y + cell / 2 + 3, style: `fill: ${ink}`, "pointer-events": "none" }, entryText(value));
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

    place.only = names => {
      const run = names === null ? -1 : data.findIndex(one => one.runs.some(name => names.includes(name)));
      if (run < 0) return;
      stop();
      choice.value = run;
      choose();
    };
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

  // What a cell of a map, a point of a curve or a run's name leads to: the rows below the figures, and their training alone.
  function sweep(section) {
    const chosen = section.querySelector(".chosen");
    const table = section.querySelector("table.sweep");
    const spots = [...section.querySelectorAll("a.spot")];

    function only(names, hash) {
      for (const place of section.querySelectorAll(".plot")) place.only?.(names);
      for (const spot of spots) spot.classList.toggle("on", spot.getAttribute("href") === hash);
    }

    function open(body, rows) {
      const close = element("button", { type: "button" }, "Show all runs");
      close.addEventListener("click", () => { chosen.hidden = true; only(null, null); });
      const copy = element("tbody");
      copy.append(...rows.map(row => row.cloneNode(true)));
      const count = rows.filter(row => !row.classList.contains("why")).length;
      const names = rows.flatMap(row => [...row.querySelectorAll("[data-run]")].map(link => link.dataset.run));
      chosen.replaceChildren(
        element("h4", {}, `${body.dataset.label || "All"}: ${count} ${count === 1 ? "run" : "runs"}`),
        close,
        element("div", { class: "wide" }, element("table", { class: "sweep" }, table.tHead.cloneNode(true), copy)));
      for (const link of copy.querySelectorAll("[data-run]")) link.addEventListener("click", event => one(event, body, link.dataset.run));
      chosen.hidden = false;
      only(names, `#${body.id}`);
      chosen.scrollIntoView({ block: "center" });
    }

    function one(event, body, name) {
      event.preventDefault();
      open(body, [...body.rows].filter(row => row.querySelector("[data-run]")?.dataset.run === name));
    }

    for (const spot of spots) {
      spot.addEventListener("click", event => {
        event.preventDefault();
        const body = document.getElementById(spot.getAttribute("href").slice(1));
        open(body, [...body.rows]);
      });
    }
    for (const body of table.tBodies) {
      for (const link of body.querySelectorAll("[data-run]")) link.addEventListener("click", event => one(event, body, link.dataset.run));
    }
  }

  theme();
  printing();
  for (const [name, show] of [["curves", curves], ["matrices", matrices]]) {
    for (const panel of document.querySelectorAll(`.panel.${name}`)) show(panel.querySelector(".plot"), JSON.parse(panel.querySelector("script.data").textContent));
  }
  for (const panel of document.querySelectorAll(".panel.sweep")) sweep(panel.closest("section"));
})();
