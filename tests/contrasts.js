// The texts of a page that stand out too little from what is behind them (WCAG AA).
() => {
  const parts = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = (colour) => {
    const scale = colour.startsWith("color(") ? 1 : 255;
    const [red, green, blue] = parts(colour.replace(/^color\(srgb/, "")).map((part) => part / scale)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
    const box = element.getBoundingClientRect();
    if (!text || box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(element);
    const pair = [light(style.color), light(behind(element))].sort((one, other) => other - one);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if ((pair[0] + 0.05) / (pair[1] + 0.05) < (large ? 3 : 4.5)) faint.push(text.slice(0, 40));
  }
  return faint;
};
