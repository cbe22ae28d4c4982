"""Settings of the chat model, read once from the environment (`PLANQA_CHAT_…`). No model is the default."""

from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.chat_errors import ChatSettingsError


class ChatSettings(BaseSettings):
    """`model` alone switches a chat model on; provider's own variables (`OPENAI_API_KEY`, …) are read as well."""

    model_config = SettingsConfigDict(env_prefix="PLANQA_CHAT_", frozen=True, extra="ignore")

    model: str = Field("", description="provider:name for init_chat_model, such as openai:qwen3; empty: no model")
    url: str = Field("", description="address of an OpenAI-compatible server; empty: the provider's own")
    key: SecretStr = Field(SecretStr(""), description="the key; empty: the provider's own variable")
    timeout_s: float = Field(30, gt=0, le=3600, description="longest wait for one reply, retries included")
    retries: int = Field(1, ge=0, le=5, description="how often a failed request is made again")
    at_once: int = Field(2, ge=1, le=64, description="requests at one time; a further one goes without the model")
    tokens: int = Field(400, ge=16, le=8000, description="longest reply, in tokens")
    tokens_a_day: int = Field(0, ge=0, description="tokens read and written in a day (UTC); 0: no cap")
    cost_a_day: float = Field(0, ge=0, description="cost of a day in the unit of the prices; 0: no cap")
    price_in: float = Field(0, ge=0, description="price of a million tokens read")
    price_out: float = Field(0, ge=0, description="price of a million tokens written")
    answers: Literal["off", "beside", "replace"] = Field(
        "beside", description="checked sentences below the extractive answer, in its place, or none"
    )
    followups: bool = Field(False, description="let the model complete follow-ups")
    rewords: bool = Field(False, description="let the model reword questions; retrieval runs on both wordings")
    judges: bool = Field(False, description="let the model speak on whether the documents hold the answer")
    judge_weight: float = Field(1.5, ge=0, le=10, description="what its “no” weighs, in the refusal score's logits")

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.cost_a_day and not (self.price_in or self.price_out):
            raise ValueError("设定了 PLANQA_CHAT_COST_A_DAY,还须给出 PLANQA_CHAT_PRICE_IN 与 PLANQA_CHAT_PRICE_OUT")
        return self


def chat_settings() -> ChatSettings:
    """The settings as the environment gives them.

    Raises:
        ChatSettingsError: one of them cannot be read.
    """
    try:
        return ChatSettings()
    except ValidationError as error:
        told = ";".join(f"{'.'.join(map(str, e['loc'])) or '设定'}:{e['msg']}" for e in error.errors())
        raise ChatSettingsError(f"PLANQA_CHAT_… 的设定有误:{told}。请改正后再启动。") from None
