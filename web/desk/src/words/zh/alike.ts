/** 导入前：与已有客户或前面的行相像的各行，并排比对后决定。 */
export const zh = {
  title: "逐行比对", hint: "先看会怎样，再决定。没有选的行按上面的规则；导入后也可以在客户页合并或拆分。",
  first: (rows: number, all: string) => `文件前面的 ${rows} 行可逐行决定，共 ${all} 行相像，其余按上面的规则。`,
  decided: (n: number) => `已决定 ${n} 行`, undecide: "恢复按规则",
  row: (n: number) => `第 ${n} 行`, inFile: "文件里", earlier: (n: number) => `文件第 ${n} 行`, onFile: "已有客户",
  likeness: (n: number) => `相似度 ${n}`, unlike: "没有共同点", hidden: "相像的客户不在您的范围内；导入时仍会按规则处理。",
  field: "字段", differs: "不同", nothing: "—",
  ask: (row: number, name: string) => (name ? `第 ${row} 行 ${name} 是谁` : `第 ${row} 行是谁`),
  same: (name: string) => `与 ${name} 是同一人`, sameRow: (row: number) => `与第 ${row} 行是同一人`, other: "另一位新客户", out: "不导入这一行",
  byRule: "按规则", decidedMark: "已决定",
  next: "下一行", previous: "上一行", choose: (n: number) => `选第 ${n} 项`,
};
