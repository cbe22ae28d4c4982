"""What a refusal says: what was looked for and where, and why no answer is given. Pure."""

from index.loaded import Index
from index.normal import fold
from rag import constraints, refuse, subject, tense
from rag.cues import quoted
from rag.names import MOST_NAMED, called, collected
from rag.question import Question


def refusal(question: Question, features: dict[str, float], index: Index) -> str:
    """The words of a refusal, by what spoke most against an answer."""
    if not question.has_subject:
        return "请说明想了解什么,例如某项目标、措施或数量。"
    places = question.places
    searched = [called(index.document[d].info) for d in places.documents]
    if places.foreign and not searched and features.get("foreign", 1.0):
        return f"文件中没有:没有收录关于{'、'.join(places.foreign)}的文件。{collected(index.documents)}"
    named = "、".join(filter(None, searched[:MOST_NAMED])) or "所问"
    where = f"已查{named}的文件" if searched else "已查全部文件"
    why = _unmentioned(question, index) or _reason(question, refuse.model_for(features).heaviest(features))
    return f"文件中没有找到这个问题的答案:{why}({where})。" if why else f"文件中没有找到这个问题的答案({where})。"


def _unmentioned(question: Question, index: Index) -> str:
    """That the documents asked do not have what the question puts in quotation marks; "" where they have it all."""
    asked = question.places.documents[:MOST_NAMED]
    terms = [term for term in quoted(question) if len(term) > 1] if asked else []
    texts = [fold(index.document[d].text) for d in asked] if terms else []
    absent = [term for term in terms if not any(term in text for text in texts)]
    return f"文件没有提到“{absent[0]}”" if absent else ""


def _reason(question: Question, name: str) -> str:
    """Why no answer is given, for the asker, by the feature that spoke most against one; "" where none can be told."""
    units = "、".join(dict.fromkeys(unit for unit in constraints.asked_units(question) if unit in question.text))
    years = "、".join(f"{year}年" for year in sorted(tense.asked_years(question)) if f"{year}年" in question.text)
    head = subject.head_of(question)
    told = {
        "unit": f"没有找到这一项以“{units}”计的数字" if units else "没有找到这一项的数字或时间",
        "figure": "没有找到这一项的数字或时间",
        "typed": "没有找到这一项的数字或时间",
        "year": f"没有找到这一项在{years}的情况" if years else "没有找到这一项在所问年份的情况",
        "outcome": "文件写的是目标和安排,没有写实际结果",
        "outcome_planned": "文件写的是目标和安排,没有写实际结果",
        "plan_achieved": "文件写的是已有的成绩,没有写这一项的目标",
        "per_head": "文件里的数字与所问的口径(人均或总量)不同",
        "undefined": "文件提到了这个说法,但没有逐项解释",
        "unexplained": "文件用到了这个说法,但没有解释",
        "who": "文件没有写明所问的单位或人员",
        "where": "文件没有写明所问的地点",
        "why": "文件没有说明原因",
        "contrast": "文件写的是相近的另一项",
        "contact": "文件没有写联系方式",
        "head": f"文件没有写“{head}”" if head in subject.content_words(question.text) else "",
        "elsewhere": "所问地区的文件没有写,其他文件有相近内容",
    }
    return told.get(name, "")
