// What is wrong with a page as it is shown: sideways scrolling, pictures that are not there, and
// whatever sticks out of the page or of its card.
(() => {
  const found = [];
  const say = each => `${each.tagName}.${each.className} "${each.textContent.trim().slice(0, 40)}"`;
  if (document.documentElement.scrollWidth > innerWidth)
    found.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} > ${innerWidth}`);
  for (const image of document.images)
    if (!image.complete || !image.naturalWidth || !image.getBoundingClientRect().width)
      found.push(`no picture: ${image.src.slice(-60)}`);
  for (const each of document.querySelectorAll("body *")) {
    const box = each.getBoundingClientRect();
    if (!box.width || each.closest("svg")) continue;
    if (box.right > innerWidth + 0.5 || box.left < -0.5) found.push(`outside the page: ${say(each)}`);
    if (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === "visible"
        && getComputedStyle(each).display !== "inline")
      found.push(`wider than its box: ${say(each)}`);
    const card = each.closest(".post")?.getBoundingClientRect();
    const cropped = each.closest(".picture") && each.tagName === "IMG";
    if (card && !cropped && (box.right > card.right + 0.5 || box.left < card.left - 0.5
        || box.bottom > card.bottom + 0.5))
      found.push(`outside its card: ${say(each)}`);
  }
  return found;
})()
