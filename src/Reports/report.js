"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const main = document.getElementById("main");
document.getElementById("summary").textContent = data.summary;

function make(name, attributes = {}, ...children) {
    const svg = ["svg", "path", "line", "rect", "circle", "text", "g"].includes(name);
    const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
}
function section(id, title, ...children) {
    main.append(make("section", { id, "aria-labelledby": id + "-title" }, make("h2", { id: id + "-title" }, title), ...children));
}
function bytes(text) {
    const characters = atob(text), array = new Uint8Array(characters.length);
    for (let i = 0; i < array.length; i++) array[i] = characters.charCodeAt(i);
    return array;
}
const integers = text => new Int32Array(bytes(text).buffer), reals = text => new Float32Array(bytes(text).buffer);
function format(value) {
    if (typeof value === "string") return value.replace("Infinity", "∞");
    if (!Number.isFinite(value)) return "unknown";
    return Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : String(+value.toPrecision(4));
}
const percent = share => (100 * share).toFixed(1) + "%";
// Legible on white and on black: of about the same lightness, neighbours of different hue.
const hue = index => `oklch(${[0.64, 0.54, 0.7][index % 3]} 0.17 ${(25 + index * 137.508) % 360})`;
const ramp = share => `oklch(${0.5 + 0.28 * share} 0.16 ${290 - 200 * share})`;
const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
/** A colour as the bytes of a pixel. */
function packed(colour) {
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    return new Uint32Array(probe.getImageData(0, 0, 1, 1).data.buffer)[0];
}
let goTo = null;

function legendItem(colour, text) {
    const dot = make("i");
    dot.style.background = colour;
    return make("li", {}, dot, text);
}
function table(head, rows, attributes = {}) {
    return make("table", attributes, make("tr", {}, ...head.map(name => make("th", { scope: "col" }, name))),
        ...rows.map(([name, ...cells]) => make("tr", {}, make("th", { scope: "row" }, name), ...cells.map(cell => make("td", {}, cell)))));
}
/** A part that scrolls sideways by itself. */
function scroll(title, child) { return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, child); }
function values(title, head, rows) {
    return make("details", {}, make("summary", {}, "Values"), scroll(`${title}: values`, table(head, rows)));
}

if (data.map) drawMap();

function drawMap() {
    const points = reals(data.map), count = points.length / 2;
    const columns = data.columns.map(column => ({ ...column, values: column.codes ? integers(column.codes) : reals(column.numbers) }));
    const images = data.images && { ...data.images, rows: integers(data.images.rows), pixels: bytes(data.images.pixels) };
    const imageOf = new Map(images ? [...images.rows].map((row, place) => [row, place]) : []);
    const nearest = data.nearest && { count: data.nearest.count, rows: integers(data.nearest.rows) };

    const canvas = make("canvas", {
        id: "map", tabindex: 0, role: "application", "aria-label": `Map of ${count} rows`, "aria-describedby": "map-help" });
    const choice = make("select", { id: "colour" }, ...columns.map((column, i) => make("option", { value: i }, column.name)));
    const number = make("input", { id: "number", type: "number", min: 0, max: count - 1 });
    const legend = make("ul", { class: "legend", tabindex: 0, "aria-label": "Colours" });
    const row = make("div", { id: "row", class: "row", "aria-live": "polite" }, make("p", { class: "note" }, "Point at a row to see it."));
    const near = make("div", { id: "near", class: "near" },
        make("p", { class: "note" }, "Click a row, or press Enter, to see the rows most like it."));
    const button = (text, label, act) => {
        const made = make("button", { type: "button", ...(label ? { "aria-label": label } : {}) }, text);
        made.addEventListener("click", act);
        return made;
    };
    section("scatter", "Map",
        make("div", { class: "map" },
            canvas,
            make("div", {},
                make("div", { class: "fields" },
                    ...(columns.length ? [make("label", { for: "colour" }, "Colour"), choice] : []),
                    make("label", { for: "number" }, "Row"), number,
                    make("span", {}, "Zoom"), make("div", { class: "zoom" }, button("+", "Zoom in", () => zoom(1.5)),
                        button("−", "Zoom out", () => zoom(1 / 1.5)), button("all", "Show all rows", reset))),
                legend, row)),
        ...(nearest ? [near] : []),
        make("p", { id: "map-help", class: "note" },
            "Keys on the map: arrows move, + and − zoom, 0 shows all rows, n and p show the next and the previous row"
                + (nearest ? ", Enter shows the rows most like it." : ".")));

    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
        left = Math.min(left, points[2 * i]); right = Math.max(right, points[2 * i]);
        bottom = Math.min(bottom, points[2 * i + 1]); top = Math.max(top, points[2 * i + 1]);
    }
    const side = Math.max(right - left, top - bottom, 1e-6) * 1.05;
    const whole = () => ({ x: (left + right) / 2, y: (bottom + top) / 2, zoom: 1 });
    let view = whole(), chosen = -1, pinned = -1, asked = false;
    // The rows by cell of a grid over the map, so that pointing looks at few of them.
    const cells = 128, grid = new Map();
    const cellOf = (x, y) => Math.floor((x - left) / side * cells) + 1000 * Math.floor((y - bottom) / side * cells);
    for (let i = 0; i < count; i++) {
        const cell = cellOf(points[2 * i], points[2 * i + 1]);
        grid.has(cell) ? grid.get(cell).push(i) : grid.set(cell, [i]);
    }
    const scale = () => Math.min(canvas.clientWidth, canvas.clientHeight) / side * view.zoom;
    const screen = i => [
        canvas.clientWidth / 2 + (points[2 * i] - view.x) * scale(),
        canvas.clientHeight / 2 - (points[2 * i + 1] - view.y) * scale()];
    const neighbours = i => !nearest ? []
        : [...nearest.rows.subarray(i * nearest.count, (i + 1) * nearest.count)].filter(other => other >= 0);
    const valueOf = (column, i) => column.names ? column.names[column.values[i]] ?? "unknown" : format(column.values[i]);

    let buckets = [];
    function recolour() {
        const column = columns[choice.value], by = new Map(), items = [];
        const add = (colour, i) => by.has(colour) ? by.get(colour).push(i) : by.set(colour, [i]);
        if (!column) {
            for (let i = 0; i < count; i++) add(hue(0), i);
        } else if (column.names) {
            const colours = column.names.map((_, i) => hue(i));
            for (let i = 0; i < count; i++) add(colours[column.values[i]] ?? "#888", i);
            items.push(...column.names.slice(0, 50).map((name, i) => legendItem(colours[i], name)));
            if (column.names.length > 50) items.push(make("li", {}, `and ${column.names.length - 50} more`));
        } else {
            let low = Infinity, high = -Infinity;
            for (const value of column.values) if (Number.isFinite(value)) { low = Math.min(low, value); high = Math.max(high, value); }
            const colours = Array.from({ length: 33 }, (_, i) => ramp(i / 32));
            for (let i = 0; i < count; i++) {
                const value = column.values[i];
                add(Number.isFinite(value) ? colours[Math.round(32 * (high > low ? (value - low) / (high - low) : 0.5))] : "#888", i);
            }
            if (low <= high) {
                const bar = make("i", { class: "ramp" });
                bar.style.background = `linear-gradient(to right, ${[0, 0.25, 0.5, 0.75, 1].map(ramp)})`;
                items.push(make("li", {}, format(low), bar, format(high)));
            }
        }
        if (by.has("#888")) items.push(legendItem("#888", "unknown"));
        legend.replaceChildren(...items);
        buckets = [...by].map(([colour, rows]) => ({ colour, rows, packed: packed(colour) }));
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
        canvas.dataset.points = count > 5000 ? paintSquares(pen, density) : paintCircles(pen);
        pen.strokeStyle = getComputedStyle(document.body).color;
        const ring = (i, radius, thick) => {
            pen.lineWidth = thick;
            pen.beginPath();
            pen.arc(...screen(i), radius, 0, 7);
            pen.stroke();
        };
        if (pinned >= 0) {
            ring(pinned, 9, 3);
            for (const other of neighbours(pinned)) ring(other, 6, 1.5);
        }
        if (chosen >= 0 && chosen !== pinned) ring(chosen, 8, 2);
        canvas.dataset.milliseconds = performance.now() - begun;
    }
    function paintCircles(pen) {
        const radius = 3, factor = scale(), { clientWidth: width, clientHeight: height } = canvas;
        let drawn = 0;
        for (const { colour, rows } of buckets) {
            pen.fillStyle = colour;
            pen.beginPath();
            for (const i of rows) {
                const x = width / 2 + (points[2 * i] - view.x) * factor, y = height / 2 - (points[2 * i + 1] - view.y) * factor;
                if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
                pen.moveTo(x, y);
                pen.arc(x, y, radius, 0, 7);
                drawn++;
            }
            pen.fill();
        }
        return drawn;
    }
    /** Writes the pixels itself, many times faster than a canvas fills 100,000 squares. */
    function paintSquares(pen, density) {
        const { width, height } = canvas, factor = scale() * density, edge = Math.round((count > 20000 ? 2 : 3) * density);
        const image = pen.createImageData(width, height), pixels = new Uint32Array(image.data.buffer);
        let drawn = 0;
        for (const { rows, packed } of buckets) {
            for (const i of rows) {
                const x = Math.round((width - edge) / 2 + (points[2 * i] - view.x) * factor);
                const y = Math.round((height - edge) / 2 - (points[2 * i + 1] - view.y) * factor);
                if (x < 0 || y < 0 || x + edge > width || y + edge > height) continue;
                for (let at = y * width + x, end = at + edge * width; at < end; at += width) pixels.fill(packed, at, at + edge);
                drawn++;
            }
        }
        pen.putImageData(image, 0, 0);
        return drawn;
    }
    function picture(i) {
        if (!imageOf.has(i)) return [];
        const { width, height, pixels } = images;
        const made = make("canvas", { class: "image", width, height, role: "img", "aria-label": `Image of row ${i}` });
        const pen = made.getContext("2d"), image = pen.createImageData(width, height), start = imageOf.get(i) * width * height;
        for (let p = 0; p < width * height; p++) image.data.fill(pixels[start + p], 4 * p, 4 * p + 3).fill(255, 4 * p + 3, 4 * p + 4);
        pen.putImageData(image, 0, 0);
        return [made];
    }
    function show(i) {
        chosen = i;
        draw();
        if (i < 0) return;
        const list = make("dl", { tabindex: 0 }, make("dt", {}, "row"), make("dd", {}, String(i)));
        for (const column of columns) list.append(make("dt", {}, column.name), make("dd", {}, valueOf(column, i)));
        if (data.texts) list.append(make("dt", {}, data.texts.name), make("dd", {}, data.texts.values[i]));
        row.replaceChildren(...picture(i), list);
    }
    function pin(i) {
        if (i < 0) return;
        pinned = i;
        number.value = i;
        show(i);
        if (!nearest) return;
        // The clusters and the classes come first among the columns.
        const list = neighbours(i).map(other => make("li", {}, button(make("span", {}, ...picture(other), `row ${other}`,
            ...columns.filter(column => column.names).slice(0, 2)
                .flatMap(column => [make("br"), `${column.name} ${valueOf(column, other)}`])),
            null, () => { pin(other); near.querySelector("button")?.focus(); })));
        near.replaceChildren(make("h3", { "aria-live": "polite" }, `Rows most like row ${i}, the nearest first`), make("ol", {}, ...list));
    }
    function rowAt(clientX, clientY, reach = 12) {
        const box = canvas.getBoundingClientRect(), factor = scale();
        reach /= factor;
        const x = view.x + (clientX - box.left - canvas.clientWidth / 2) / factor;
        const y = view.y - (clientY - box.top - canvas.clientHeight / 2) / factor;
        let best = -1, least = reach * reach;
        const cell = value => Math.max(-1, Math.min(cells, Math.floor(value / side * cells)));
        for (let cx = cell(x - reach - left); cx <= cell(x + reach - left); cx++)
            for (let cy = cell(y - reach - bottom); cy <= cell(y + reach - bottom); cy++)
                for (const i of grid.get(cx + 1000 * cy) ?? []) {
                    const square = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
                    if (square < least) [best, least] = [i, square];
                }
        return best;
    }
    function rowInTheMiddle() {
        const box = canvas.getBoundingClientRect();
        return rowAt(box.left + box.width / 2, box.top + box.height / 2, Math.max(box.width, box.height));
    }
    /** Zooms by a factor; the place under the pointer, or the middle, stays where it is. */
    function zoom(by, clientX, clientY) {
        const box = canvas.getBoundingClientRect(), before = scale();
        view.zoom = Math.min(1000, Math.max(0.5, view.zoom * by));
        const shift = 1 / before - 1 / scale();
        if (clientX !== undefined) {
            view.x += (clientX - box.left - box.width / 2) * shift;
            view.y -= (clientY - box.top - box.height / 2) * shift;
        }
        draw();
    }
    function reset() { view = whole(); draw(); }
    goTo = i => {
        [view.x, view.y] = [points[2 * i], points[2 * i + 1]];
        pin(i);
        canvas.scrollIntoView({ block: "nearest" });
        canvas.focus();
    };

    const pointers = new Map();
    let moved = 0;
    canvas.addEventListener("pointerdown", event => {
        if (!pointers.size) moved = 0;
        pointers.set(event.pointerId, event);
    });
    for (const end of ["pointerup", "pointercancel"])
        addEventListener(end, event => {
            if (pointers.delete(event.pointerId) && end === "pointerup" && moved < 5) pin(rowAt(event.clientX, event.clientY));
        });
    canvas.addEventListener("pointermove", event => {
        const last = pointers.get(event.pointerId);
        if (!last) {
            const i = rowAt(event.clientX, event.clientY);
            if (i !== chosen && i >= 0) show(i);
            return;
        }
        const [dx, dy] = [event.clientX - last.clientX, event.clientY - last.clientY];
        const other = [...pointers.values()].find(pointer => pointer.pointerId !== event.pointerId);
        if (other) {
            const apart = at => Math.hypot(at.clientX - other.clientX, at.clientY - other.clientY);
            zoom(apart(event) / Math.max(1, apart(last)), other.clientX, other.clientY);
        } else {
            view.x -= dx / scale(); view.y += dy / scale();
        }
        moved += Math.hypot(dx, dy);
        pointers.set(event.pointerId, event);
        draw();
    });
    canvas.addEventListener("wheel", event => {
        event.preventDefault();
        zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX, event.clientY);
    }, { passive: false });
    canvas.addEventListener("keydown", event => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const step = side / view.zoom / 10;
        const act = {
            ArrowLeft: () => view.x -= step, ArrowRight: () => view.x += step,
            ArrowUp: () => view.y += step, ArrowDown: () => view.y -= step,
            "+": () => zoom(1.2), "-": () => zoom(1 / 1.2), "0": reset,
            n: () => show((chosen + 1) % count), p: () => show((Math.max(0, chosen) + count - 1) % count),
            Enter: () => pin(chosen >= 0 ? chosen : rowInTheMiddle()),
        }[event.key];
        if (act) { event.preventDefault(); act(); draw(); }
    });
    number.addEventListener("change", () => {
        const i = Math.round(+number.value);
        if (i >= 0 && i < count) goTo(i);
    });
    choice.addEventListener("change", recolour);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    new ResizeObserver(draw).observe(canvas);
    recolour();
}

const redraw = [];
let lastWidth = 0;
addEventListener("resize", () => {
    if (main.clientWidth !== lastWidth) for (const again of redraw) again();
    lastWidth = main.clientWidth;
});
/** A chart of SVG, drawn at the width there is so that its text is as large on a phone. */
function chart(id, title, label, count, draw, ...after) {
    const svg = make("svg", { role: "img", "aria-label": label, "data-points": count });
    section(id, title, svg, ...after);
    const again = () => {
        const width = main.clientWidth || 720, { height, parts } = draw(width);
        svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        svg.replaceChildren(...parts);
    };
    redraw.push(again);
    again();
}
/** About `most` round numbers from low to high. */
function ticks(low, high, most) {
    const rough = (high - low) / most || 1, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough * 0.999), found = [];
    for (let tick = Math.ceil(low / step - 1e-9); tick * step <= high + step * 1e-9; tick++) found.push(+(tick * step).toPrecision(12));
    return found;
}
/** Text over a place of a chart, whose ends stay within the chart. */
function over(x, y, text, left, right) {
    const half = 3.5 * text.length, anchor = x - half < left ? "start" : x + half > right ? "end" : "middle";
    const from = { start: Math.max(left, x - 10), middle: x, end: Math.min(right, x + 10) }[anchor];
    return make("text", { x: from, y, "text-anchor": anchor }, text);
}
function shorten(text, most) { return text.length > most ? text.slice(0, most - 1) + "…" : text; }

function lines(id, title, { x: xs, series, label, ticks: names, best, suggested, joined = true, caption }) {
    const ends = series.flatMap(one =>
        one.values.flatMap((y, i) => y === null ? [] : [y - (one.spread?.[i] ?? 0), y + (one.spread?.[i] ?? 0)]));
    const count = series.reduce((sum, one) => sum + one.values.filter(y => y !== null).length, 0);
    if (!count) return;
    // A setting tried over orders of magnitude, such as a weight.
    const log = !names && best !== undefined && Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) >= 50;
    const place = log ? Math.log10 : x => x, first = place(Math.min(...xs)), last = place(Math.max(...xs));
    let [low, high] = [Math.min(...ends), Math.max(...ends)];
    if (best === undefined && low > 0 && low < high / 2) low = 0;
    if (low === high) [low, high] = [low - 0.5, high + 0.5];
    const draw = width => {
        const height = width < 500 ? 260 : 340, [leftPad, rightPad, topPad, bottomPad] = [52, 16, 26, 48];
        const X = x => first === last ? (leftPad + width - rightPad) / 2
            : leftPad + (place(x) - first) / (last - first) * (width - leftPad - rightPad);
        const Y = y => height - bottomPad - (y - low) / (high - low) * (height - topPad - bottomPad);
        const parts = [];
        for (const tick of ticks(low, high, 5))
            parts.push(make("line", { class: "grid", x1: leftPad, x2: width - rightPad, y1: Y(tick), y2: Y(tick) }),
                make("text", { x: leftPad - 6, y: Y(tick) + 4, "text-anchor": "end" }, format(tick)));
        const room = Math.floor((width - leftPad - rightPad) / 60);
        const marks = names ? names.map((name, i) => [i, shorten(name, Math.max(4, Math.floor(8 * room / names.length)))])
                .filter((_, i) => i % Math.ceil(names.length / (2 * room)) === 0)
            : log ? ticks(first, last, room).filter(Number.isInteger).map(power => [10 ** power, format(10 ** power)])
            : ticks(first, last, room).map(x => [x, format(x)]);
        for (const [x, text] of marks)
            parts.push(make("line", { class: "axis", x1: X(x), x2: X(x), y1: height - bottomPad, y2: height - bottomPad + 4 }),
                make("text", { x: X(x), y: height - bottomPad + 18, "text-anchor": "middle" }, text));
        parts.push(make("line", { class: "axis", x1: leftPad, x2: width - rightPad, y1: height - bottomPad, y2: height - bottomPad }),
            make("text", { x: (leftPad + width - rightPad) / 2, y: height - 10, "text-anchor": "middle" },
                label + (log ? ", logarithmic" : "")));
        if (series.length === 1) parts.push(make("text", { x: 0, y: 12 }, series[0].name));
        if (suggested !== undefined)
            parts.push(make("line", { class: "axis", x1: X(suggested), x2: X(suggested), y1: topPad - 8, y2: height - bottomPad }),
                over(X(suggested), topPad - 12, `suggested: ${suggested}`, leftPad, width));
        series.forEach((one, i) => {
            const known = one.values.flatMap((y, k) => y === null ? [] : [k]);
            if (joined && known.length > 1) {
                const points = known.map(k => `${X(xs[k])},${Y(one.values[k])}`);
                const line = make("path", { d: "M" + points.join("L"), fill: "none", "stroke-width": 2 });
                line.style.stroke = hue(i);
                parts.push(line);
            }
            for (const k of known) {
                const x = X(xs[k]), y = one.values[k], spread = one.spread?.[k];
                if (spread) parts.push(make("line", { class: "axis", x1: x, x2: x, y1: Y(y - spread), y2: Y(y + spread) }));
                if (joined && known.length > 60) continue;
                const dot = make("circle", { cx: x, cy: Y(y), r: best === undefined ? 2.5 : 4 });
                dot.style.fill = hue(i);
                parts.push(dot);
            }
        });
        if (best >= 0) {
            const [x, y] = [X(xs[best]), Y(series[0].values[best])];
            parts.push(make("circle", { class: "best", cx: x, cy: y, r: 8 }),
                over(x, y - 13, `best: ${format(series[0].values[best])}`, leftPad, width));
        }
        return { height, parts };
    };
    const shown = series.flatMap(one => one.spread ? [one, { name: "deviation", values: one.spread }] : [one]);
    const legend = series.length > 1 ? [make("ul", { class: "legend" }, ...series.map((one, i) => legendItem(hue(i), one.name)))] : [];
    chart(id, title, `${title}: ${series.map(one => one.name).join(", ")} by ${label}`, count, draw, ...legend,
        ...(caption ? [make("p", { class: "note" }, caption)] : []),
        values(title, [label, ...shown.map(one => one.name)],
            xs.map((x, k) => [names ? names[x] : format(x), ...shown.map(one => one.values[k] === null ? "" : format(one.values[k]))])));
}
function heat(id, chart) {
    const largest = Math.max(...chart.cells.flat(), 1e-30);
    const made = table([chart.corner, ...chart.columns], chart.cells.map((cells, i) => [chart.rows[i], ...cells.map(format)]),
        { "data-points": chart.cells.length * chart.columns.length });
    made.prepend(make("caption", {}, chart.caption));
    const all = chart.cells.flat();
    made.querySelectorAll("td").forEach((cell, i) => cell.style.setProperty("--share", `${Math.round(85 * all[i] / largest)}%`));
    section(id, chart.title, scroll(`${chart.title}: table`, made));
}
function silhouettes({ label, clusters }) {
    const total = clusters.reduce((sum, cluster) => sum + cluster.values.length, 0);
    const least = Math.min(0, ...clusters.flatMap(cluster => cluster.values)), low = least < 0 ? -Math.ceil(-10 * least) / 10 : 0;
    const mean = cluster => cluster.values.reduce((sum, value) => sum + value, 0) / cluster.values.length;
    const draw = width => {
        const height = 420, names = Math.min(110, width / 4), parts = [];
        const X = value => names + (value - low) / (1 - low) * (width - names - 10);
        for (const tick of ticks(low, 1, Math.floor(width / 90)))
            parts.push(make("line", { class: "grid", x1: X(tick), x2: X(tick), y1: 5, y2: height - 25 }),
                make("text", { x: X(tick), y: height - 8, "text-anchor": "middle" }, format(tick)));
        let y = 10;
        clusters.forEach((cluster, i) => {
            const tall = cluster.values.length / total * (height - 40);
            const edge = cluster.values.map((value, k) =>
                `L${X(value).toFixed(1)},${(y + (k + 0.5) / cluster.values.length * tall).toFixed(1)}`);
            const area = make("path", { d: `M${X(0)},${y}${edge.join("")}L${X(0)},${y + tall}Z` });
            area.style.fill = hue(i);
            parts.push(area);
            if (tall > 13) parts.push(make("text", { x: 0, y: y + tall / 2 + 4 }, shorten(cluster.name, Math.floor(names / 7))));
            y += tall;
        });
        parts.push(make("line", { class: "axis", x1: X(0), y1: 5, x2: X(0), y2: height - 25 }));
        return { height, parts };
    };
    chart("silhouette", "Silhouettes", label, total, draw, make("p", { class: "note" }, label),
        values("Silhouettes", ["cluster", "rows", "mean"],
            clusters.map(cluster => [cluster.name, format(cluster.values.length), format(mean(cluster))])));
}
function latents(groups) {
    const bars = groups.flatMap(group => group.random.map((random, i) =>
        ({ name: `${group.name} ${i}`, random, fixed: group.classFixed[i] })));
    const draw = width => {
        const height = 280, [leftPad, topPad, bottomPad] = [36, 24, 30], gap = 16, parts = [];
        const wide = (width - leftPad - gap) / bars.length, Y = value => height - bottomPad - value * (height - topPad - bottomPad);
        for (const tick of [0, 0.5, 1])
            parts.push(make("line", { class: "grid", x1: leftPad, x2: width, y1: Y(tick), y2: Y(tick) }),
                make("text", { x: leftPad - 6, y: Y(tick) + 4, "text-anchor": "end" }, String(tick)));
        let bar = 0;
        groups.forEach((group, place) => {
            const start = leftPad + bar * wide + place * gap;
            parts.push(make("text", { x: start, y: 12 }, group.name));
            group.random.forEach((random, i) => {
                const x = start + i * wide;
                [[random, 0], [group.classFixed[i], 1]].forEach(([value, k]) => {
                    const rectangle = make("rect", {
                        x: x + wide * (0.1 + 0.4 * k), y: Y(value), width: wide * 0.4, height: Y(0) - Y(value) });
                    rectangle.style.fill = hue(k);
                    parts.push(rectangle);
                });
                if (i % Math.ceil(18 / wide) === 0)
                    parts.push(make("text", { x: x + wide / 2, y: height - 12, "text-anchor": "middle" }, String(i)));
            });
            bar += group.random.length;
        });
        return { height, parts };
    };
    const kept = groups.map(group =>
        `${group.name} ${group.share === null ? "does not vary" : "keeps " + percent(group.share)}`).join(", ");
    const hidden = groups.some(group => group.dimensions > group.random.length)
        ? ` Shown: ${groups.map(group => `${group.random.length} of ${group.dimensions} dimensions of ${group.name}`).join(", ")}.` : "";
    chart("latents", "Latent variances", "Variance of each latent dimension over all rows and within a class", 2 * bars.length, draw,
        make("ul", { class: "legend" }, legendItem(hue(0), "over all rows"), legendItem(hue(1), "within a class")),
        make("p", { class: "note" }, `Variance of each latent dimension, divided by the greatest. With the class fixed, ${kept}.${hidden}`),
        values("Latent variances", ["dimension", "over all rows", "within a class"],
            bars.map(one => [one.name, format(one.random), format(one.fixed)])));
}
function cards({ clusters }) {
    const rows = list => list.flatMap((row, i) => {
        if (!goTo) return [(i ? ", " : "") + (row.name ?? row.row)];
        const link = make("button", { type: "button", "aria-label": `Show row ${row.row} on the map` }, String(row.name ?? row.row));
        link.addEventListener("click", () => goTo(row.row));
        return [i ? " " : "", link];
    });
    const made = clusters.slice(0, 200).map(cluster => {
        const size = `${cluster.rows} ${cluster.rows === 1 ? "row" : "rows"}, ${percent(cluster.share)}`;
        const card = make("article", {}, make("h3", {}, `Cluster ${cluster.name}`), make("p", {}, size
            + (cluster.nearestCluster === null ? "" : `; nearest cluster: ${cluster.nearestCluster}`)));
        for (const labels of cluster.labels)
            card.append(make("p", {}, `${labels.column}: `
                + labels.shares.slice(0, 5).map(share => `${share.label} (${percent(share.share)})`).join(", ")));
        if (cluster.differences.length)
            card.append(scroll(`Features of cluster ${cluster.name}`, table(["feature", "mean", "others", "difference"],
                cluster.differences.map(({ feature, mean, otherMean, difference, lower, upper }) =>
                    [feature, format(mean), format(otherMean), `${format(difference)} (${format(lower)} to ${format(upper)})`]))));
        if (cluster.typical.length)
            card.append(make("p", {}, "Typical rows: ", ...rows(cluster.typical)),
                make("p", {}, "Doubtful rows: ", ...rows(cluster.doubtful)));
        return card;
    });
    const more = clusters.length > made.length
        ? [make("p", { class: "note" }, `The first ${made.length} of ${clusters.length} clusters.`)] : [];
    section("clusters", "Clusters", make("div", { class: "cards", "data-points": made.length }, ...made), ...more);
}

if (data.losses) lines("losses", "Losses", data.losses);
for (const [i, sweep] of (data.sweeps ?? []).entries()) lines("sweep" + i, `Sweep over ${sweep.label}`, sweep);
if (data.counts) lines("counts", "Scores over the number of clusters", { ...data.counts, caption: data.counts.verdict });
if (data.contingency) heat("contingency", data.contingency);
for (const [i, neurons] of (data.neurons ?? []).entries()) heat("neurons" + i, neurons);
if (data.latents) latents(data.latents);
if (data.silhouette) silhouettes(data.silhouette);
if (data.description) cards(data.description);
lastWidth = main.clientWidth;
