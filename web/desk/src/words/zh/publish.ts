/** 发布前：头几天每个人的工作会怎么变。 */
export const zh = {
  title: (days: number) => `头 ${days} 天每个人的工作`,
  hint: "与今天实际在跑的全部计划对照，按从今天起生效推算，不写入任何数据。",
  paused: "这个计划已暂停：恢复之前，下面的变化不会发生。",
  working: (done: number, all: number) => `正在推演 ${done} / ${all} 天，不必等它，可以直接发布。`,
  nobody: "没有人的工作会变。", onLists: (touches: string) => `没有人的工作会变，变的是机构名下待分派的工单：${touches}。`,
  touches: "全部计划的触达", over: "有人超出每日上限",
  changes: (before: string, after: string, by: string) => `${before} → ${after}（${by}）`,
  more: (people: string) => `${people} 人变多`, less: (people: string) => `${people} 人变少`, shifted: (people: string) => `${people} 人总数不变、换了日子`,
  person: "人员", before: "今天的计划", after: "发布后", by: "相差", fullest: "最忙的一天 / 上限",
  full: (contacts: number, capacity: number) => `${contacts} / ${capacity}`, tooMuch: "超出",
  all: (people: number) => `再显示 ${people} 人`, onlyMost: (people: number, all: string) => `只列变化最大的 ${people} 人，共 ${all} 人`,
};
