"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const main = document.getElementById("main");
document.getElementById("summary").textContent = data.summary;

function make(name, attributes = {}, ...children) {
    const svg = ["svg", "path", "line", "text", "g"].includes(name);
    const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
}
function section(id, title, ...children) {
    main.append(make("section", { id, "aria-labelledby": id + "-title" }, make("h2", { id: id + "-title" }, title), ...children));
}
function bytes(text) { return Uint8Array.from(atob(text), character => character.charCodeAt(0)); }
const format = value => Number.isFinite(+value) ? (+value).toPrecision(4).replace(/\.?0+$/, "") : String(value).replace("Infinity", "∞");
const percent = share => (100 * share).toFixed(1) + "%";
const hue = index => `hsl(${(index * 137.508) % 360} 65% ${[48, 62, 36][Math.floor(index / 12) % 3]}%)`;
const ramp = share => `hsl(${260 - 200 * share} 75% ${35 + 25 * share}%)`;

if (data.map) {
    const points = new Float32Array(bytes(data.map).buffer), count = points.length / 2;
    const columns = data.columns.map(column => ({ ...column, values: column.codes ? new Int32Array(bytes(column.codes).buffer) : new Float32Array(bytes(column.numbers).buffer) }));
    const images = data.images && { ...data.images, rows: new Int32Array(bytes(data.images.rows).buffer), pixels: bytes(data.images.pixels) };
    const imageOf = new Map(images ? [...images.rows].map((row, place) => [row, place]) : []);
    const canvas = make("canvas", { id: "map", tabindex: 0, role: "img", "aria-label": `Map of ${count} rows. Arrow keys move, plus and minus zoom, 0 resets, n shows the next row.` });
    const choice = make("select", { id: "colour" }, ...columns.map((column, i) => make("option", { value: i }, column.name)));
    const legend = make("ul", { class: "legend" }), row = make("div", { id: "row", "aria-live": "polite" }, "Point at a row to see it.");
    section("scatter", "Map", make("div", { class: "map" }, canvas, make("div", {}, make("label", { for: "colour" }, "Colour by "), choice, legend, row)));

    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
        left = Math.min(left, points[2 * i]); right = Math.max(right, points[2 * i]);
        bottom = Math.min(bottom, points[2 * i + 1]); top = Math.max(top, points[2 * i + 1]);
    }
    const side = Math.max(right - left, top - bottom, 1e-6) * 1.05;
    let view = { x: (left + right) / 2, y: (bottom + top) / 2, zoom: 1 }, chosen = -1, asked = false;
    // Rows by the cell of a grid over the map, so that pointing looks at few of them.
    const cells = 128, grid = new Map();
    const cellOf = (x, y) => Math.floor((x - left) / side * cells) + 1000 * Math.floor((y - bottom) / side * cells);
    for (let i = 0; i < count; i++) {
        const cell = cellOf(points[2 * i], points[2 * i + 1]);
        grid.has(cell) ? grid.get(cell).push(i) : grid.set(cell, [i]);
    }
    const scale = () => Math.min(canvas.clientWidth, canvas.clientHeight) / side * view.zoom;
    const screen = i => [canvas.clientWidth / 2 + (points[2 * i] - view.x) * scale(), canvas.clientHeight / 2 - (points[2 * i + 1] - view.y) * scale()];

    let buckets = [];
    function recolour() {
        const column = columns[choice.value];
        legend.replaceChildren();
        const item = (colour, text) => { const dot = make("i"); dot.style.background = colour; legend.append(make("li", {}, dot, text)); };
        const by = new Map();
        const add = (colour, i) => by.has(colour) ? by.get(colour).push(i) : by.set(colour, [i]);
        if (!column) {
            for (let i = 0; i < count; i++) add("#3b82f6", i);
        } else if (column.names) {
            for (let i = 0; i < count; i++) add(column.values[i] < 0 ? "#888" : hue(column.values[i]), i);
            column.names.slice(0, 50).forEach((name, i) => item(hue(i), name));
            if (column.names.length > 50) legend.append(make("li", {}, `and ${column.names.length - 50} more`));
        } else {
            let low = Infinity, high = -Infinity;
            for (const value of column.values) if (Number.isFinite(value)) { low = Math.min(low, value); high = Math.max(high, value); }
            for (let i = 0; i < count; i++) {
                const value = column.values[i];
                add(Number.isFinite(value) ? ramp(Math.round(32 * (high > low ? (value - low) / (high - low) : 0.5)) / 32) : "#888", i);
            }
            if (low <= high) { item(ramp(0), format(low)); item(ramp(1), format(high)); }
        }
        buckets = [...by];
        draw();
    }
    function draw() {
        if (asked) return;
        asked = true;
        requestAnimationFrame(paint);
    }
    function paint() {
        asked = false;
        const begun = performance.now(), density = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
        canvas.width = width * density; canvas.height = height * density;
        const pen = canvas.getContext("2d");
        pen.scale(density, density);
        const size = count > 20000 ? 2 : count > 3000 ? 3 : 5, factor = scale();
        let drawn = 0;
        for (const [colour, rows] of buckets) {
            pen.fillStyle = colour;
            for (const i of rows) {
                const x = width / 2 + (points[2 * i] - view.x) * factor, y = height / 2 - (points[2 * i + 1] - view.y) * factor;
                if (x < 0 || y < 0 || x > width || y > height) continue;
                pen.fillRect(x - size / 2, y - size / 2, size, size);
                drawn++;
            }
        }
        if (chosen >= 0) {
            const [x, y] = screen(chosen);
            pen.strokeStyle = getComputedStyle(document.body).color; pen.lineWidth = 2;
            pen.strokeRect(x - 6, y - 6, 12, 12);
        }
        canvas.dataset.points = drawn;
        canvas.dataset.milliseconds = performance.now() - begun;
    }
    function show(i) {
        chosen = i;
        draw();
        if (i < 0) return;
        const list = make("dl", {}, make("dt", {}, "row"), make("dd", {}, String(i)));
        for (const column of columns) {
            const value = column.names ? (column.names[column.values[i]] ?? "unknown") : format(column.values[i]);
            list.append(make("dt", {}, column.name), make("dd", {}, value));
        }
        if (data.texts) list.append(make("dt", {}, data.texts.name), make("dd", {}, data.texts.values[i]));
        row.replaceChildren(list);
        if (imageOf.has(i)) {
            const { width, height, pixels } = images, picture = make("canvas", { width, height, role: "img", "aria-label": `Image of row ${i}` });
            const pen = picture.getContext("2d"), image = pen.createImageData(width, height), start = imageOf.get(i) * width * height;
            for (let p = 0; p < width * height; p++) image.data.set([pixels[start + p], pixels[start + p], pixels[start + p], 255], 4 * p);
            pen.putImageData(image, 0, 0);
            row.prepend(picture);
        }
    }
    function nearest(event) {
        const box = canvas.getBoundingClientRect(), factor = scale(), reach = 12 / factor;
        const x = view.x + (event.clientX - box.left - canvas.clientWidth / 2) / factor, y = view.y - (event.clientY - box.top - canvas.clientHeight / 2) / factor;
        let best = -1, least = reach * reach;
        const cell = value => Math.floor(value / side * cells);
        for (let cx = cell(x - reach - left); cx <= cell(x + reach - left); cx++)
            for (let cy = cell(y - reach - bottom); cy <= cell(y + reach - bottom); cy++)
                for (const i of grid.get(cx + 1000 * cy) ?? []) {
                    const square = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
                    if (square < least) [best, least] = [i, square];
                }
        return best;
    }
    let drag = null;
    canvas.addEventListener("pointerdown", event => { drag = event; });
    addEventListener("pointerup", () => { drag = null; });
    canvas.addEventListener("pointermove", event => {
        if (drag) {
            view.x -= (event.clientX - drag.clientX) / scale(); view.y += (event.clientY - drag.clientY) / scale();
            drag = event;
            draw();
            return;
        }
        const i = nearest(event);
        if (i !== chosen && i >= 0) show(i);
    });
    canvas.addEventListener("wheel", event => { event.preventDefault(); view.zoom *= event.deltaY < 0 ? 1.2 : 1 / 1.2; draw(); }, { passive: false });
    canvas.addEventListener("keydown", event => {
        const step = side / view.zoom / 10;
        const act = {
            ArrowLeft: () => view.x -= step, ArrowRight: () => view.x += step, ArrowUp: () => view.y += step, ArrowDown: () => view.y -= step,
            "+": () => view.zoom *= 1.2, "-": () => view.zoom /= 1.2, "0": () => view = { x: (left + right) / 2, y: (bottom + top) / 2, zoom: 1 },
            n: () => show((chosen + 1) % count),
        }[event.key];
        if (act) { event.preventDefault(); act(); draw(); }
    });
    choice.addEventListener("change", recolour);
    new ResizeObserver(draw).observe(canvas);
    recolour();
}

function lines(id, title, chart) {
    const [width, height, pad] = [720, 320, 55], xs = chart.x, all = chart.series.flatMap(series => series.values).filter(Number.isFinite);
    if (!all.length) return;
    const low = Math.min(...all), high = Math.max(...all), span = high - low || 1, wide = xs[xs.length - 1] - xs[0] || 1;
    const X = x => pad + (x - xs[0]) / wide * (width - 2 * pad), Y = y => height - pad - (y - low) / span * (height - 2 * pad);
    const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title}: ${chart.series.map(s => s.name).join(", ")} over ${chart.label}`, "data-points": all.length });
    svg.append(make("line", { class: "axis", x1: pad, y1: height - pad, x2: width - pad, y2: height - pad }), make("line", { class: "axis", x1: pad, y1: pad, x2: pad, y2: height - pad }));
    svg.append(make("text", { x: 5, y: Y(high) + 4 }, format(high)), make("text", { x: 5, y: Y(low) + 4 }, format(low)));
    svg.append(make("text", { x: pad, y: height - 30 }, String(xs[0])), make("text", { x: width - pad, y: height - 30, "text-anchor": "end" }, `${xs[xs.length - 1]} (${chart.label})`));
    const legend = make("ul", { class: "legend" });
    chart.series.forEach((series, i) => {
        const path = series.values.map((y, k) => Number.isFinite(y) ? `${X(xs[k])},${Y(y)}` : null).filter(point => point);
        const line = make("path", { d: path.length === 1 ? `M${path[0]}l4,0` : "M" + path.join("L"), fill: "none", "stroke-width": 2 });
        line.style.stroke = hue(i);
        const dot = make("i");
        dot.style.background = hue(i);
        svg.append(line);
        legend.append(make("li", {}, dot, series.name));
    });
    section(id, title, svg, legend);
}
function heat(id, title, chart) {
    const largest = Math.max(...chart.cells.flat().map(Math.abs), 1e-30);
    const table = make("table", { "data-points": chart.cells.length * chart.columns.length }, make("caption", {}, chart.caption));
    table.append(make("tr", {}, make("th", { scope: "col" }, chart.corner), ...chart.columns.map(name => make("th", { scope: "col" }, name))));
    chart.cells.forEach((cells, i) => table.append(make("tr", {}, make("th", { scope: "row" }, chart.rows[i]), ...cells.map(value => {
        const cell = make("td", {}, format(value));
        cell.style.background = `rgb(${value < 0 ? "220 80 60" : "59 130 246"} / ${(Math.abs(value) / largest * 0.85).toFixed(3)})`;
        return cell;
    }))));
    section(id, title, make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, table));
}
if (data.losses) lines("losses", "Losses", data.losses);
if (data.counts) lines("counts", "Scores over the number of clusters", data.counts);
if (data.contingency) heat("contingency", "Classes and clusters", data.contingency);
for (const [i, neurons] of (data.neurons ?? []).entries()) heat("neurons" + i, neurons.title, neurons);
if (data.silhouette) {
    const total = data.silhouette.clusters.reduce((sum, cluster) => sum + cluster.values.length, 0), [width, height] = [720, 420];
    const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.silhouette.label, "data-points": total });
    const X = value => 100 + (value + 1) / 2 * (width - 120);
    let y = 10;
    data.silhouette.clusters.forEach((cluster, i) => {
        const tall = cluster.values.length / total * (height - 40);
        const edge = cluster.values.map((value, k) => `L${X(value)},${y + (k + 0.5) / cluster.values.length * tall}`);
        const area = make("path", { d: `M${X(0)},${y}${edge.join("")}L${X(0)},${y + tall}Z` });
        area.style.fill = hue(i);
        svg.append(area);
        if (tall > 11) svg.append(make("text", { x: 5, y: y + tall / 2 + 4 }, cluster.name.slice(0, 14)));
        y += tall;
    });
    svg.append(make("line", { class: "axis", x1: X(0), y1: 5, x2: X(0), y2: height - 25 }));
    for (const tick of [-1, 0, 1]) svg.append(make("text", { x: X(tick), y: height - 8, "text-anchor": tick > 0 ? "end" : "middle" }, String(tick)));
    section("silhouette", "Silhouettes", make("p", {}, data.silhouette.label), svg);
}
if (data.description) {
    const cards = data.description.clusters.slice(0, 200).map(cluster => {
        const card = make("article", {}, make("h3", {}, `Cluster ${cluster.name}`), make("p", {}, `${cluster.rows} rows, ${percent(cluster.share)}` + (cluster.nearestCluster === null ? "" : `; nearest to ${cluster.nearestCluster}`)));
        for (const labels of cluster.labels)
            card.append(make("p", {}, `${labels.column}: ` + labels.shares.slice(0, 5).map(share => `${share.label} ${percent(share.share)}`).join(", ")));
        if (cluster.differences.length) {
            const table = make("table", {}, make("tr", {}, ...["feature", "mean", "others", "difference"].map(name => make("th", { scope: "col" }, name))));
            for (const d of cluster.differences)
                table.append(make("tr", {}, make("th", { scope: "row" }, d.feature), ...[d.mean, d.otherMean].map(value => make("td", {}, format(value))),
                    make("td", {}, `${format(d.difference)} (${format(d.lower)} to ${format(d.upper)})`)));
            card.append(make("div", { class: "scroll" }, table));
        }
        if (cluster.typical.length)
            card.append(make("p", {}, "Typical rows: " + cluster.typical.map(r => r.name ?? r.row).join(", ")), make("p", {}, "Doubtful rows: " + cluster.doubtful.map(r => r.name ?? r.row).join(", ")));
        return card;
    });
    section("clusters", "Clusters", make("div", { class: "cards", "data-points": cards.length }, ...cards));
}
