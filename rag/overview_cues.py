"""The wordings that ask for the whole of a document: its gist, or its parts by number and name. Pure.

They are taken away from a question; only where nothing is left but words of the document's title is it an overview
(`rag.intents`): 分几大部分 of a plan is one, 养老部分讲了什么 is not.
"""

import re

_MANY = r"(?:哪[些几]?|几|多少|[两二三四五六七八九十]+|各|每[一]?|所有|全部|都有什么|什么)"
_UNIT = r"(?:个|大|件|条|类|篇)*"
_TITLES = r"(?:(?:章节|各章|每章|章|部分)的?)?(?:大|小|一级|二级)?(?:标题|题目|名称|名字)"
_PARTS = rf"(?:组成)?(?:部分|板块|块儿?|章节?|篇章|篇|层次|{_TITLES})"
_OF_PARTS = (
    r"(?:各|每[一个]?|所有|全部)(?:大|个)?(?:章节?|部分|篇|板块)的?(?:大|小)?(?:标题|题目|名称|名字)"
    r"(?:都|分别|各)*(?:是|叫)?(?:什么|啥|哪些)?"
)
_DIVIDED = (
    r"(?:一共|总共|总的|大体上?|整体上?|大致|又|都|可以?|被|主要)*"
    r"(?:(?:(?<![规计])划分|分)(?:成|为|了)*|有|由|包括|包含|共有?|含)?"
)
_CALLED = r"(?:分别|各自?|都|名字|标题|题目|又)*(?:叫(?:做|什么|啥)*|是(?:什么|啥|哪些)?|名称|怎么称呼)"
PARTS_ASKED = re.compile(
    rf"{_OF_PARTS}|{_DIVIDED}{_MANY}{_UNIT}{_PARTS}(?:组成|构成)?,?(?:{_CALLED})?|"
    rf"{_TITLES}(?:都|分别|各|又)*(?:有|包括|含)(?:哪些|什么|啥)|目录|章节(?:目录|安排|设置)"
)
"""Which and how many parts a document has: 分几大部分, 有多少章, 都有哪些标题."""

_SAID = r"(?:主要|都|到底|大概|大致|究竟)*(?:讲|说|写|谈|提|聊)(?:的是|的|了|到了|到|过)?"
_THINGS = r"(?:件|个|点|条|桩|块|类|样)?(?:大|重要|主要|重点)?的?(?:事儿?|事情|东西|内容|方面|工作|任务|问题|点)?"
_TOLD = rf"{_SAID}(?:些|一些|点|哪些|哪几|几)?(?:什么|啥|哪些|哪几|几|内容|方面|事){_THINGS}"
_WORDS = r"(?:词语?|词条|名词|概念|术语)"
WORDS_ASKED = re.compile(
    rf"解释(?:了|的|过)?(?:是|都)?(?:哪些|哪几|什么|啥|多少|几)(?:个|条)?(?:方面)?的?(?:{_WORDS}|内容|东西|说法)?|"
    rf"(?:都|一共|总共)*(?:有|包括|收了?|列了?)(?:哪些|哪几个|什么|啥|多少个?|几个){_WORDS}"
)
"""Which words a document explains."""

_SUMMED = (
    r"(?:概括|概述|总结|归纳|梳理|捋一?捋|捋|理一?理|盘点|提炼)"
    r"(?:性地?)?(?:出|成|个|上|一下|下)?(?:几句话?|几点|几条|[两三]句话?|要点)?"
)
OVERVIEW = re.compile(
    r"(?:写|做|来|整理|列)出?(?:一?[个份篇段])?(?=[^,。?]{0,24}(?:总结|概括|概述|摘要|概要|大纲|提纲|简介)[吧吗呗]*$)|"
    rf"{PARTS_ASKED.pattern}|{WORDS_ASKED.pattern}|{_TOLD}|{_SUMMED}|介绍|简介|简述|综述|摘要|概要|大意|提纲|大纲|梗概|概况|"
    r"内容|要点|重点|总?体?框架|结构|核心|章节|脉络|全貌|主旨|中心思想|说说|讲讲|谈谈|聊聊|(?:讲|说|介绍)一?下|"
    r"(?:讲|说|写)(?:清楚)?几句"
)
"""All words that ask for a document's content as a whole."""

SUMMARY = re.compile(r"概括|概述|归纳|梳理|总结|捋一?捋|简述|综述")
"""A summary, of whatever."""

AIMS_SUMMED = re.compile(rf"(?:{_SUMMED}|介绍|简述|说说|讲讲).*(?:主要|总体|发展|奋斗|规划|预期|工作)的?目标[。?!]*$")
"""A summary of the aims: 概括一下某区2025年的发展目标."""

PRESENT = re.compile(r"介绍|概括|概述|总结|简介|说说|讲讲|聊聊|谈谈|(?:讲|说)一?下")
"""Those that ask for one even where only its place is named: 介绍一下甲区."""

NUMBERED = re.compile(r"第(?P<number>[一二三四五六七八九十\d]{1,3})个?大?(?P<unit>章|节|部分|篇|编|块|板块)")
"""One part by its number: 第四章讲的是什么 wants no overview of the whole."""
