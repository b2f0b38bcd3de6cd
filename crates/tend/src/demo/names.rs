//! Names that could be anybody's and are nobody's: common surnames by their share, common given names.

use super::seed::Seed;

/// Names of the heads of channels.
pub const NAMES_OF_STAFF: [&str; 6] = ["陈建华", "黄丽珍", "周志明", "吴秀兰", "郑凯", "孙悦"];

const SURNAMES: [(u64, &str); 40] = [
    (70, "王"),
    (68, "李"),
    (60, "张"),
    (50, "刘"),
    (45, "陈"),
    (35, "杨"),
    (30, "赵"),
    (28, "黄"),
    (27, "周"),
    (25, "吴"),
    (22, "徐"),
    (20, "孙"),
    (19, "胡"),
    (18, "朱"),
    (17, "高"),
    (16, "林"),
    (15, "何"),
    (15, "郭"),
    (14, "马"),
    (14, "罗"),
    (13, "梁"),
    (12, "宋"),
    (12, "郑"),
    (11, "谢"),
    (11, "韩"),
    (10, "唐"),
    (10, "冯"),
    (9, "于"),
    (9, "董"),
    (9, "萧"),
    (8, "程"),
    (8, "曹"),
    (8, "袁"),
    (8, "邓"),
    (7, "许"),
    (7, "傅"),
    (7, "沈"),
    (6, "曾"),
    (3, "单"),
    (2, "欧阳"),
];

const FEMALE: [&str; 40] = [
    "秀英", "丽", "芳", "娜", "敏", "静", "婷", "雪", "慧", "玲", "艳", "丹", "萍", "红", "玉兰", "桂英", "淑珍",
    "晓燕", "梦琪", "欣怡", "雨涵", "佳怡", "思琪", "梓涵", "诗雨", "美玲", "海燕", "春梅", "文静", "倩", "洁", "莉",
    "颖", "琳", "月华", "秋菊", "若兰", "一诺", "可欣", "嘉宁",
];

const MALE: [&str; 40] = [
    "伟", "强", "磊", "军", "勇", "杰", "涛", "明", "超", "刚", "平", "辉", "鹏", "建国", "建华", "志强", "国强",
    "海涛", "浩然", "子轩", "宇航", "俊杰", "文博", "天宇", "家豪", "振东", "永康", "德明", "学文", "庆丰", "立新",
    "志远", "凯", "斌", "亮", "飞", "宁", "一鸣", "思远", "晨曦",
];

/// A name and whether it is a woman's or a man's: `female` or `male`.
pub fn person_name(chance: &mut Seed) -> (String, &'static str) {
    let surname = *chance.weighted(&SURNAMES);
    if chance.happens(51) {
        (format!("{surname}{}", chance.pick(&FEMALE)), "female")
    } else {
        (format!("{surname}{}", chance.pick(&MALE)), "male")
    }
}

/// What people do for a living.
pub const OCCUPATIONS: [&str; 16] = [
    "教师",
    "医生",
    "护士",
    "工程师",
    "会计",
    "个体经营",
    "公务员",
    "司机",
    "销售",
    "设计师",
    "退休",
    "家庭主妇",
    "厨师",
    "律师",
    "程序员",
    "工人",
];
