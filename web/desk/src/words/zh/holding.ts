/** 客户页上手工登记的合同与家庭。 */
export const zh = {
  agreement: {
    add: "登记合同", edit: (title: string) => `修改“${title}”`,
    hint: "保单、套餐、贷款等手工登记后，关怀计划当晚就会按到期日等条件用上它。整批登记请用导入。",
    kind: "种类", product: "产品", productHint: "例如：康宁终身、畅享套餐", number: "合同号", plate: "车牌", status: "状态",
    premium: "每期金额", every: "多久缴一次", everyMonths: { "0": "一次缴清", "1": "每月", "3": "每季", "6": "每半年", "12": "每年" } as Record<string, string>, months: (n: number) => `每 ${n} 个月`,
    start: "生效日", end: "终止日", due: "下次缴费日", signed: "签约日", delivered: "合同送达日",
    dates: "日期", sale: "签约与送达", saleHint: "销售追溯的“合同送达”按这两天计算。",
    named: "请填写产品或合同号", endsFirst: "不能早于生效日", deliveredFirst: "不能早于签约日",
    added: (title: string) => `已登记“${title}”`, saved: "合同已保存", takenBack: "已撤回",
  },
  household: {
    title: (n: number) => `家庭 ${n} 人`, none: "家庭", add: "添加家人", addTitle: (name: string) => `${name}的家人`,
    hint: "同一家庭的客户互相看得到，一起安排联系。谁是谁的配偶、子女，请在“关系”里登记。",
    who: "家人", whoHint: "可选多位。已属于另一个家庭的客户，请先到他的客户页移出。", whoNeeded: "请至少选一位客户",
    name: "家庭名称", nameHint: "可以不填，例如“王家”。",
    joined: "家人已加入", takeOut: (name: string) => `把${name}移出家庭`, left: (name: string) => `${name}已移出家庭`,
    leave: "移出这个家庭",
  },
};
