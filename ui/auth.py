"""Who may do what: accounts with hashed passwords, sessions, and the one question that every part asks, `allowed`.

An account is a line `name:role:scrypt:14:8:1:SALT:HASH`, as `python -m ui account NAME ROLE` prints it, in the file
`PLANQA_ACCOUNTS_FILE` or in the environment's `PLANQA_ACCOUNTS` (several are separated by blanks). Without any, only
the public part is open.
"""

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from index.errors import PlanQAError
from index.settings import Settings

EVALUATOR, ADMINISTRATOR = "evaluator", "administrator"
ROLES = {EVALUATOR: "评测员", ADMINISTRATOR: "管理员"}
COOKIE = "planqa_session"
SESSION_S = 12 * 3600
PASSWORD_CHARS = 10
_LOG_N, _R, _P = 14, 8, 1
_MOST_LOG_N = 20
_TRIES = 5
_LOCKED_S = 60.0
_MOST_SESSIONS = 1000
_MOST_NAMES = 10_000


class AccountsError(PlanQAError):
    """The accounts cannot be read."""


@dataclass(frozen=True)
class Account:
    """`hash`: scrypt of the password with `salt`; `cost`: log2 n, r, p."""

    name: str
    role: str
    cost: tuple[int, int, int]
    salt: bytes
    hash: bytes

    def line(self) -> str:
        """As it stands in the file."""
        cost = ":".join(map(str, self.cost))
        return f"{self.name}:{self.role}:scrypt:{cost}:{_text(self.salt)}:{_text(self.hash)}"

    def matches(self, password: str) -> bool:
        return hmac.compare_digest(_scrypt(password, self.salt, self.cost), self.hash)


@dataclass(frozen=True)
class Session:
    name: str
    role: str
    ends_s: float


@dataclass
class _Tries:
    count: int = 0
    locked_until_s: float = 0.0


@dataclass
class Auth:
    """Accounts and the sessions of those who are logged in; sessions end with the process."""

    accounts: dict[str, Account] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, Session] = field(default_factory=dict)
    _tries: dict[str, _Tries] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, settings: Settings) -> "Auth":
        """The accounts that the settings name.

        Raises:
            AccountsError: the file cannot be read, or a line is no account.
        """
        lines = settings.accounts.split()
        if settings.accounts_file is not None:
            try:
                lines += settings.accounts_file.read_text("utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise AccountsError(f"无法读取账号文件 {settings.accounts_file}。请检查路径、权限和编码。") from error
        return cls(parse(lines))

    @property
    def enabled(self) -> bool:
        """Whether there is any account."""
        return bool(self.accounts)

    def allowed(self, request: HTTPConnection, role: str) -> bool:
        """Whether whoever sent `request` has `role`; an administrator has every role."""
        session = self.session(request)
        return session is not None and session.role in (role, ADMINISTRATOR)

    def session(self, request: HTTPConnection) -> Session | None:
        """The session that a request belongs to, None where there is none or it has ended."""
        token = request.cookies.get(COOKIE, "")
        with self._lock:
            found = self._sessions.get(token)
            if found is not None and found.ends_s <= self.clock():
                del self._sessions[token]
                return None
            return found

    def log_in(self, name: str, password: str) -> str:
        """A token for the cookie, "" where name and password do not fit or were wrong too often just before."""
        now = self.clock()
        with self._lock:
            if len(self._tries) > _MOST_NAMES:
                self._tries.clear()
            tries = self._tries.setdefault(name, _Tries())
            if now < tries.locked_until_s:
                return ""
            tries.count += 1  # before the slow part: guesses made at the same time count too
            if tries.count >= _TRIES:
                self._tries[name] = _Tries(0, now + _LOCKED_S)
        account = self.accounts.get(name)
        fits = (account or _NOBODY).matches(password) and account is not None  # as slow for a name that is not there
        with self._lock:
            if account is None or not fits:
                return ""
            self._tries.pop(name, None)
            if len(self._sessions) >= _MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions)))
            token = secrets.token_urlsafe(32)
            self._sessions[token] = Session(name, account.role, now + SESSION_S)
            return token

    def log_out(self, request: HTTPConnection) -> None:
        """End the session of a request."""
        self.end(request.cookies.get(COOKIE, ""))

    def end(self, token: str) -> None:
        """End the session of a token, if there is one."""
        with self._lock:
            self._sessions.pop(token, None)


def account(name: str, role: str, password: str) -> Account:
    """A new account.

    Raises:
        AccountsError: the name or the role cannot be used, or the password is too short.
    """
    if not name or ":" in name or any(c.isspace() for c in name):
        raise AccountsError(f"用户名不能为空,也不能含冒号或空白,现在是“{name}”。")
    if role not in ROLES:
        raise AccountsError(f"角色应为 {'、'.join(ROLES)} 之一,现在是“{role}”。")
    if len(password) < PASSWORD_CHARS:
        raise AccountsError(f"密码至少 {PASSWORD_CHARS} 个字符,现在是 {len(password)} 个。")
    salt = secrets.token_bytes(16)
    cost = (_LOG_N, _R, _P)
    return Account(name, role, cost, salt, _scrypt(password, salt, cost))


def parse(lines: Iterable[str]) -> dict[str, Account]:
    """Accounts by name; empty lines and those that begin with # do not count.

    Raises:
        AccountsError: a line is no account, or a name stands twice.
    """
    found: dict[str, Account] = {}
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        try:
            name, role, scheme, log_n, r, p, salt, digest = line.split(":")
            cost = (int(log_n), int(r), int(p))
            if (
                scheme != "scrypt"
                or role not in ROLES
                or not name
                or not 10 <= cost[0] <= _MOST_LOG_N
                or cost[1:] != (8, 1)
            ):
                raise ValueError
            known = Account(name, role, cost, _bytes(salt), _bytes(digest))
        except ValueError:
            raise AccountsError(
                f"第 {number} 个账号的写法不对。请用 python -m ui account 用户名 角色 生成,整行照抄。"
            ) from None
        if name in found:
            raise AccountsError(f"账号 {name} 出现了两次。请删去一个。")
        found[name] = known
    return found


def _scrypt(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    log_n, r, p = cost
    most_bytes = 256 * r * (1 << log_n)
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << log_n, r=r, p=p, maxmem=most_bytes, dklen=32)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


_NOBODY = Account("", "", (_LOG_N, _R, _P), b"\0" * 16, b"\0" * 32)
