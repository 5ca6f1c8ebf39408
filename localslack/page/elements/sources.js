// Where a menu's options come from. A source: key (of Slack's state), initial(many), id(value), label(value),
// groups(typed) -> [{label?, options: [{value, label, detail}]}], searchable.
import { textOf } from "../blocks/text.js";

const ofOption = (option) => ({ value: option, label: textOf(option.text), detail: textOf(option.description) });
const initialOf = (item, one, many) => (many ? item[`initial_${one}s`] ?? [] : item[`initial_${one}`] ?? null);

export function sourceOf(item, block, surface) {
  const kind = item.type.replace("multi_", "").replace("_select", "");
  return MAKERS[kind](item, block, surface);
}

function matches(option, typed) {
  const wanted = typed.trim().toLowerCase();
  return !wanted || `${option.label} ${option.detail ?? ""}`.toLowerCase().includes(wanted);
}

const filtered = (groups) => (typed) =>
  groups().map((group) => ({ ...group, options: group.options.filter((option) => matches(option, typed)) })).filter((group) => group.options.length);

function optionSource(item, groups, searchable) {
  return {
    key: "selected_option",
    initial: (many) => initialOf(item, "option", many),
    id: (option) => option.value,
    label: (option) => textOf(option.text),
    groups,
    searchable,
  };
}

const grouped = (options, groups) =>
  groups?.length ? groups.map((group) => ({ label: textOf(group.label), options: (group.options ?? []).map(ofOption) })) : [{ options: (options ?? []).map(ofOption) }];

const MAKERS = {
  static(item) {
    const count = grouped(item.options, item.option_groups).reduce((sum, group) => sum + group.options.length, 0);
    return optionSource(item, filtered(() => grouped(item.options, item.option_groups)), count > 6);
  },
  external(item, block, surface) {
    const load = async (typed) => {
      if (typed.length < (item.min_query_length ?? 3)) return [{ label: `Type at least ${item.min_query_length ?? 3} characters`, options: [] }];
      const answer = await surface.app.api.options({ container: surface.container, block_id: block.block_id, action_id: item.action_id, value: typed });
      return grouped(answer.options, answer.option_groups);
    };
    return optionSource(item, load, true);
  },
  users(item, block, surface) {
    const people = () => surface.people.activeUsers().map((user) => ({ value: user.id, label: user.real_name, detail: user.title || `@${user.name}` }));
    return {
      key: "selected_user",
      initial: (many) => initialOf(item, "user", many),
      id: (id) => id,
      label: (id) => surface.people.user(id)?.real_name ?? id,
      groups: filtered(() => [{ options: people() }]),
      searchable: true,
    };
  },
  channels: (item, block, surface) => conversationSource(item, surface, "channel", ["channel"]),
  conversations(item, block, surface) {
    const kinds = { im: "dm", public: "channel", private: "private" };
    const include = (item.filter?.include ?? Object.keys(kinds)).map((kind) => kinds[kind]);
    return conversationSource(item, surface, "conversation", include);
  },
};

function conversationSource(item, surface, name, kinds) {
  const title = (channel) => (channel.kind === "dm" ? channel.name : `#${channel.name}`);
  const all = () => surface.people.allChannels().filter((channel) => kinds.includes(channel.kind) && !channel.is_archived);
  const here = item.default_to_current_conversation ? surface.container.channel ?? null : null;
  return {
    key: `selected_${name}`,
    initial: (many) => initialOf(item, name, many) ?? here,
    id: (id) => id,
    label: (id) => (surface.people.channel(id) ? title(surface.people.channel(id)) : id),
    groups: filtered(() => [{ options: all().map((channel) => ({ value: channel.id, label: title(channel), detail: channel.topic })) }]),
    searchable: true,
  };
}
