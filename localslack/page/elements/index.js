// Elements: type -> how it is drawn.
import { h, image } from "../dom.js";
import { button, feedback, iconButton } from "./button.js";
import { checkboxes, radioButtons } from "./choices.js";
import { overflow } from "./overflow.js";
import { datepicker, datetimepicker, timepicker } from "./pickers.js";
import { select } from "./select.js";
import { richTextInput, textInput } from "./textinput.js";

const RENDER = {
  button,
  workflow_button: button,
  feedback_buttons: feedback,
  icon_button: iconButton,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker,
  timepicker,
  datetimepicker,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: richTextInput,
};
for (const kind of ["static", "external", "users", "conversations", "channels"]) {
  RENDER[`${kind}_select`] = select;
  RENDER[`multi_${kind}_select`] = select;
}

/**
 * An element of `block`. place: actions, accessory or input; labels (inputs only): id, describedBy, label, invalid.
 */
export function element(item, block, surface, place, labels = {}) {
  if (item.type === "image") return image(item.image_url ?? item.slack_file?.url, item.alt_text, "accessory-image");
  const render = RENDER[item.type];
  if (!render) return h("div", { class: "unknown-block" }, `Element type ${item.type} is not drawn here`);
  return surface.wrap(block, item, render({ item, block, surface, place, labels }));
}
