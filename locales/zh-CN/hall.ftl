# 大厅：记录、导入、手机页面

hall-name = 政务服务大厅
remark-unreadable-file = 有一份附件打不开，请到大厅重新提交

import-place = { $place } 第 { $row } 行
import-unreadable = 读不出来：{ $detail }
import-malformed = 缺少或填写不符合要求：{ $detail }
import-unknown-column = 不认识的表或列
import-no-such-item = 事项表里没有这个编码：{ $detail }
import-duplicate = 重复
import-no-such = 引用的内容不存在：{ $detail }
import-empty = 不能为空
import-task-code = 应为 31 位：部门代码 18 位 + 层级 1 位 + 基本编码 12 位
import-catalog-code = 应为 12 位数字
import-example = 示范文本不符合表单规则：{ $detail }
import-due-days = 容缺材料要写明补交的工作日数
import-asked-earlier = 决定是否显示的问题要排在前面
import-order = 结束早于开始
import-failed = { $count ->
   *[other] 有 { $count } 处问题，目录没有改动
}
