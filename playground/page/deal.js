// The deal of the simulated portal as one more place on the table: the portal's own page in a frame.
import { h } from "./dom.js";

export class Deal {
  constructor(address) {
    this.address = address;
    this.person = { id: 0, role: "Deal" };
    this.frame = h("iframe.deal-frame", { title: "The deal in the simulated Bitrix24" });
    this.column = h("article.seat-column", { "aria-label": "A deal in Bitrix24" },
      h("div.seat-name", {}, h("b", {}, "Deal"), "in Bitrix24, the seller's view"), this.frame);
  }

  dress(theme) {
    const address = `${this.address}/#${theme}`;
    if (this.frame.src !== address) this.frame.src = address;
  }

  settle() {}
}
