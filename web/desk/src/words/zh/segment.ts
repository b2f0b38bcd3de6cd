/** 分群：条件栏、实时人数。 */
export const zh = {
  expression: "条件表达式",
  placeholder: '例如：tier == "gold" && last_contact < today - days(90)',
  count: (count: string, ms: number) => `${count} 人 · ${ms} 毫秒`,
  counting: "计算中……",
  sample: "样例",
  at: (line: number, column: number) => `第 ${line} 行第 ${column} 列`,
  didYouMean: (text: string) => `是否指 ${text}`,
  clear: "清空",
  apply: "应用",
  chips: { gold: "金卡", classA: "A 类", silent: "90 天未联系", orphan: "孤儿客户", birthday: "本月生日", due: "30 天内到期未缴", arrears: "欠费" },
};
