"use strict";
/* The page's own script. Every name is put in place with textContent; no string becomes HTML. */
const colivraison = (() => {
  const data = JSON.parse(document.getElementById("colivraison-data").textContent);
  const words = data.words;
  const marks = new Map();
  const SVG = "http://www.w3.org/2000/svg";

  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false });
    const { panBy } = L.Map.prototype;
    L.Map.include({
      panBy(offset, options) {
        return panBy.call(this, offset, { ...options, animate: false });
      },
    });
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function drawing(shape) {
    const paths = {
      co_delivery: "M4 8h11l-3-3M20 16H9l3 3",
      new_site: "M12 3.2l2.6 5.6 6.1.7-4.5 4.2 1.2 6-5.4-3-5.4 3 1.2-6L3.3 9.5l6.1-.7z",
      unserved: "M12 5v9M12 18.3v.2",
      alone: "M2 12h20",
    };
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", paths[shape]);
    svg.append(path);
    return svg;
  }

  function card(ref) {
    const found = data.cards[ref];
    const box = element("div", "popup");
    box.append(element("h3", "", found.title));
    for (const [role, text] of found.lines) box.append(element("p", role, text));
    return box;
  }

  /* Badges -------------------------------------------------------------------------------- */

  const BADGE = 36;

  function badge(feature, latlng) {
    const { ref, text, shape, colour, shift } = feature.properties;
    const box = element("div", "badge " + shape);
    box.style.setProperty("--ink", colour);
    box.style.setProperty("--shift", shift);
    if (text) box.append(element("span", "", text));
    else box.append(drawing(shape));
    const size = text ? [BADGE, 26] : [26, 26];
    const lift = text ? 0 : 25;
    const marker = L.marker(latlng, {
      icon: L.divIcon({
        html: box,
        className: "mark",
        iconSize: size,
        iconAnchor: [size[0] / 2, size[1] / 2 + lift],
        popupAnchor: [shift * BADGE * 0.85, -10 - lift],
      }),
      riseOnHover: true,
    });
    marker.on("add", () => {
      const title = data.cards[ref].title;
      marker.getElement().setAttribute("aria-label", text ? text + " – " + title : title);
    });
    marks.set(ref, marker);
    return marker;
  }

  function dress(feature, layer) {
    layer.bindPopup(() => card(feature.properties.ref), {
      maxWidth: Math.max(200, Math.min(290, window.innerWidth - 130)),
      autoPanPaddingTopLeft: [16, 16],
      autoPanPaddingBottomRight: [62, 16], /* the zoom buttons */
    });
    if (feature.geometry.type === "LineString") {
      layer._updatePath = drawStroke;
    } else {
      const { ref, text } = feature.properties;
      const title = () => element("span", "", (text ? text + " – " : "") + data.cards[ref].title);
      layer.bindTooltip(title, { direction: "top", offset: [0, -14], opacity: 1 });
    }
  }

  /* Rounds: drawn beside the road, with a white edge, a pattern and arrows -------------------- */

  function lane(points, side) {
    /* The points moved `side` pixels to the right of the direction of travel. */
    const kept = L.LineUtil.simplify(points, 1.8).filter(
      (p, i, all) => i === 0 || p.distanceTo(all[i - 1]) > 0.5);
    if (kept.length < 2 || !side) return kept;
    const normals = kept.slice(1).map((p, i) => {
      const d = p.subtract(kept[i]);
      const length = Math.hypot(d.x, d.y);
      return L.point(-d.y / length, d.x / length);
    });
    const moved = [];
    kept.forEach((p, i) => {
      const before = normals[Math.max(0, i - 1)];
      const after = normals[Math.min(i, normals.length - 1)];
      const cosine = before.x * after.x + before.y * after.y;
      if (cosine < -0.3) { /* a turn back: around the end, not through it */
        moved.push(p.add(before.multiplyBy(side)), p.add(after.multiplyBy(side)));
      } else {
        moved.push(p.add(before.add(after).multiplyBy(side / (1 + cosine))));
      }
    });
    return moved;
  }

  function trace(context, points) {
    context.beginPath();
    points.forEach((p, i) => (i ? context.lineTo(p.x, p.y) : context.moveTo(p.x, p.y)));
  }

  function arrow(context, at, angle, colour) {
    context.save();
    context.translate(at.x, at.y);
    context.rotate(angle);
    context.beginPath();
    context.moveTo(7, 0);
    context.lineTo(-5, -5.5);
    context.lineTo(-2.5, 0);
    context.lineTo(-5, 5.5);
    context.closePath();
    context.lineWidth = 2.5;
    context.strokeStyle = "#fff";
    context.stroke();
    context.fillStyle = colour;
    context.fill();
    context.restore();
  }

  function arrows(context, points, colour, view) {
    const every = 95;
    const apart = 55; /* on hairpins the way is long and the picture small */
    const placed = [];
    let next = every / 2;
    let walked = 0;
    for (let i = 1; i < points.length; i++) {
      const a = points[i - 1];
      const b = points[i];
      const length = a.distanceTo(b);
      while (next <= walked + length) {
        const share = (next - walked) / length;
        const at = L.point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
        if (view.contains(at) && placed.every((p) => p.distanceTo(at) > apart)) {
          placed.push(at);
          arrow(context, at, Math.atan2(b.y - a.y, b.x - a.x), colour);
        }
        next += every;
      }
      walked += length;
    }
  }

  function near(map) {
    /* From far away lanes draw together, else they leave their roads. */
    return Math.min(1, Math.max(0.5, (map.getZoom() - 8) / 4));
  }

  function drawStroke() {
    /* Takes the place of Leaflet's own stroke (L.Polyline._updatePath, 1.9.4). */
    const renderer = this._renderer;
    if (!renderer._drawing || !this._rings.length) return;
    const draw = this.feature.properties;
    if (this._lanesOf !== this._rings) {
      this._lanes = this._rings.map((ring) => lane(ring, draw.side * near(this._map)));
      this._lanesOf = this._rings;
    }
    const context = renderer._ctx;
    context.save();
    context.lineJoin = "round";
    context.lineCap = draw.dash.length ? "butt" : "round";
    context.globalAlpha = draw.alpha;
    for (const points of this._lanes) {
      trace(context, points);
      if (draw.halo) {
        context.setLineDash([]);
        context.lineWidth = draw.width + 2.8;
        context.strokeStyle = "#fff";
        context.stroke();
      }
      context.setLineDash(draw.dash);
      context.lineWidth = draw.width;
      context.strokeStyle = draw.colour;
      context.stroke();
      if (draw.arrows) {
        context.setLineDash([]);
        arrows(context, points, draw.colour, renderer._bounds);
      }
    }
    context.restore();
  }

  /* Ground: roads and water grow with the zoom; small roads come late --------------------------- */

  const GROUND = {
    motorway: { colour: "#f0c489", edge: "#c99a5b", width: 4.6, from: 0 },
    primary: { colour: "#f6dda6", edge: "#cdb079", width: 3.8, from: 0 },
    secondary: { colour: "#fbecc0", edge: "#cfbf93", width: 3.1, from: 0 },
    tertiary: { colour: "#ffffff", edge: "#bfb8a5", width: 2.6, from: 0 },
    minor: { colour: "#ffffff", edge: "#cfc8b6", width: 1.9, from: 9.5 },
    river: { colour: "#9cc7de", width: 3.6, from: 0 },
    stream: { colour: "#b4d6e7", width: 1.5, from: 10 },
    lake: { colour: "#9cc7de", width: 1, from: 0, fill: true },
  };

  function ground(feature, layer) {
    const look = GROUND[feature.properties.rank];
    const width = () => {
      const zoom = layer._map.getZoom();
      return zoom < look.from ? 0 : look.width * Math.pow(2, (zoom - 12) * 0.38);
    };
    const thin = { interactive: false, fill: false };
    function repaint(line, colour, extra) {
      line._updatePath = function () {
        const base = width();
        if (!base) return;
        this.options.weight = base + extra;
        this.options.color = this.options.fillColor = colour;
        this.options.fillOpacity = 1;
        this._renderer._updatePoly(this, Boolean(look.fill));
      };
    }
    layer.options.interactive = false;
    repaint(layer, look.colour, 0);
    if (!look.edge) return;
    const casing = L.polyline(layer.getLatLngs(), { pane: "casing", ...thin });
    repaint(casing, look.edge, 1.4);
    layer.on("add", () => casing.addTo(layer._map));
  }

  /* Names: the important ones first, none over another ------------------------------------------ */

  const NAMES = {
    site: { from: 11.5, size: 12, weight: 700 },
    city: { from: 0, size: 16, weight: 700 },
    town: { from: 8, size: 14, weight: 600 },
    village: { from: 10, size: 12.5, weight: 500 },
    suburb: { from: 12.5, size: 11.5, weight: 500 },
    hamlet: { from: 12.5, size: 11, weight: 400 },
  };
  const SMALLEST = { from: 14, size: 10.5, weight: 400 };

  function names(map) {
    const pane = map.createPane("names");
    pane.style.zIndex = 590; /* under the badges */
    pane.style.pointerEvents = "none";
    pane.setAttribute("aria-hidden", "true");
    const ruler = document.createElement("canvas").getContext("2d");
    const family = getComputedStyle(document.body).fontFamily;
    const labels = data.labels.map(([name, kind, lat, lon]) => {
      const look = NAMES[kind] || SMALLEST;
      ruler.font = look.weight + " " + look.size + "px " + family;
      const text = name.length > 34 ? name.slice(0, 33) + "…" : name;
      return { text, kind, look, at: L.latLng(lat, lon), width: ruler.measureText(text).width };
    });
    const sites = labels.filter((label) => label.kind === "site");
    let shown = [];

    function place() {
      for (const marker of shown) marker.remove();
      shown = [];
      const zoom = map.getZoom();
      const size = map.getSize();
      const taken = sites.map((site) => {
        const p = map.latLngToContainerPoint(site.at);
        return [p.x - 19, p.y - 15, p.x + 19, p.y + 14];
      });
      for (const label of labels) {
        if (zoom < label.look.from) continue;
        const p = map.latLngToContainerPoint(label.at);
        if (p.x < -60 || p.y < -20 || p.x > size.x + 60 || p.y > size.y + 20) continue;
        const drop = label.kind === "site" ? 23 : 0;
        const half = label.width / 2 + 3;
        const tall = label.look.size * 0.72;
        const box = [p.x - half, p.y + drop - tall, p.x + half, p.y + drop + tall];
        if (taken.some((t) => t[0] < box[2] && box[0] < t[2] && t[1] < box[3] && box[1] < t[3])) continue;
        taken.push(box);
        const text = element("span", "name-" + (label.kind === "site" ? "site" : "place"), label.text);
        text.style.fontSize = label.look.size + "px";
        text.style.fontWeight = label.look.weight;
        shown.push(L.marker(label.at, {
          pane: "names", interactive: false, keyboard: false,
          icon: L.divIcon({ html: text, className: "name", iconSize: [0, 0], iconAnchor: [0, -drop] }),
        }).addTo(map));
      }
    }
    map.on("moveend zoomend resize", place);
    place();
  }

  function step(map) {
    /* Smaller badges from far away. */
    const judge = () => map.getContainer().classList.toggle("far", map.getZoom() < 11);
    map.on("zoomend", judge);
    judge();
  }

  /* Start ------------------------------------------------------------------------------------- */

  function start(map, layers, bounds) {
    const box = map.getContainer();
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", words.map);
    L.control.zoom({
      position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out,
    }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.on("popupopen", ({ popup }) => {
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", words.close);
    });
    /* Leaflet listens to Escape only while the map itself, not a badge, has the focus. */
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    const fit = () => map.fitBounds(bounds, { padding: [34, 34], maxZoom: 14, animate: false });
    fit();
    names(map);
    step(map);

    for (const symbol of document.querySelectorAll("[data-symbol]")) {
      symbol.append(drawing(symbol.dataset.symbol));
    }
    for (const toggle of document.querySelectorAll("input[data-layer]")) {
      const layer = layers[toggle.dataset.layer];
      /* A browser may restore ticks after a reload: the map follows them. */
      const obey = () => (toggle.checked ? map.addLayer(layer) : map.removeLayer(layer));
      obey();
      toggle.addEventListener("change", obey);
    }
    for (const button of document.querySelectorAll("button[data-ref]")) {
      button.addEventListener("click", () => {
        const toggle = document.querySelector('input[data-layer="' + button.dataset.of + '"]');
        if (!toggle.checked) toggle.click();
        const marker = marks.get(button.dataset.ref);
        map.setView(marker.getLatLng(), Math.max(map.getZoom(), 13), { animate: false });
        marker.openPopup();
      });
    }
    const fold = document.getElementById("fold");
    fold.addEventListener("click", () => {
      const open = document.body.classList.toggle("folded");
      fold.setAttribute("aria-expanded", String(!open));
    });
    let seen = box.clientWidth;
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false });
      if (!seen && box.clientWidth) fit(); /* opened in a hidden frame */
      seen = box.clientWidth;
    }).observe(box);
    document.body.dataset.ready = "true";
  }

  return { badge, dress, ground, start };
})();
