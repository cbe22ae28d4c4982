# PlanQA: every command of the project. `make help` lists them.
SHELL := /bin/bash
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
# A CPU build is enough. Where the registry's default is a CUDA build, pass pip's options for another index here.
TORCH ?= torch==2.13.0
TORCH_ARGS ?=
INSTALLED := $(VENV)/.installed
HOST ?= 127.0.0.1
PORT ?= 7860
export HF_HUB_OFFLINE ?= 1
export GRADIO_ANALYTICS_ENABLED := False

.DEFAULT_GOAL := help
.PHONY: help install index run ask eval baseline bench peers results screenshots fit train-reader check lint types test campaign-kills campaign-mutations campaign-llm campaign-injections campaign-xss campaign-faults campaign-fuzz campaign-soak lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(INSTALLED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本:make PYTHON=python3.11 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "无法创建虚拟环境。Debian/Ubuntu 请先安装 python3-venv。"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH_ARGS) $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

install: $(INSTALLED) ## virtual environment with the locked packages

index: install ## index the documents of seeds/ (only what changed is embedded)
	@$(BIN)/python -m index build

run: install ## index what changed and serve the page: http://127.0.0.1:7860
	@$(BIN)/python -m ui --build --host $(HOST) --port $(PORT)

ask: index ## answer one question: make ask Q="潍城区到2025年高新技术企业达到多少家?"
	@$(BIN)/python -m rag ask "$$Q"

eval: index ## answer and score the measuring part of the project's own questions; a page with the results
	@$(BIN)/python -m eval run --misses
	@$(BIN)/python -m eval report latest

baseline: index ## make today's answers the floor that `make test` holds (eval/baseline.json)
	@$(BIN)/python -m eval baseline --update

DOCUMENTS ?= 5
DRAWN_FROM ?= 1000
bench: index ## time builds, questions by stage and the page; made collections: make bench DOCUMENTS="5 100 1000 2844"
	@$(BIN)/python -m eval speed
	@$(BIN)/python -m eval start
	@$(BIN)/python -m ui.speed
	@$(BIN)/python -m eval scale --documents $(DOCUMENTS) --drawn-from $(DRAWN_FROM) --curves eval/curves

screenshots: index ## pictures of every tab into .planqa/screenshots, the README's into ui/screenshots
	@$(BIN)/python tests/screenshots.py .planqa/screenshots --readme

PEERS := .planqa/peers/venv
$(PEERS)/.installed: eval/peers/requirements.txt
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH_ARGS) $(TORCH)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

peers: index $(PEERS)/.installed ## LangChain, LlamaIndex and Haystack beside us: recall, times, memory; resumable
	@$(BIN)/python -m eval peers --python $(PEERS)/bin/python

results: index ## eval/RESULTS.md anew, resumable: make results BENCH=FOLDER
	@test -n "$(BENCH)" || { echo "请给出 CMRC 2018 与 DRCD 所在的目录:make results BENCH=目录"; exit 1; }
	@$(BIN)/python -m eval results --bench "$(BENCH)" $(RESULTS_ARGS)

fit: index ## fit the weights anew on the fitting part of the questions
	@$(BIN)/python -m eval fit
	@$(BIN)/python -m eval.reader fit

train-reader: index ## train the reader anew, about an hour, resumable: make train-reader BENCH=FOLDER
	@test -n "$(BENCH)" || { echo "请给出 CMRC 2018 与 DRCD 所在的目录:make train-reader BENCH=目录"; exit 1; }
	@$(BIN)/python -m eval.reader train --bench "$(BENCH)"
	@$(BIN)/python -m eval.reader save
	@$(BIN)/python -m eval.reader fit
	@$(BIN)/python -m eval.reader measure --bench "$(BENCH)"

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

check: install ## hold the question sets to their format
	@$(BIN)/python -m eval check

test: lint types check ## lint, types, question sets and tests
	$(BIN)/python -m pytest

campaign-kills: install ## kill the builder 50 times at random moments; resumes; table in tests/campaigns/
	PLANQA_KILLS=50 PLANQA_KILLS_TABLE=tests/campaigns/kills.md $(BIN)/python -m pytest tests/test_index_kills.py

campaign-mutations: index ## make right answers wrong in 2,000 ways and see what is caught; table in tests/campaigns/
	@$(BIN)/python -m eval mutations --most 2000 --out tests/campaigns/mutations.md

campaign-llm: index ## 40 questions with and without the chat model that PLANQA_CHAT_MODEL names; resumes; table in tests/campaigns/
	@$(BIN)/python -m eval llm --out tests/campaigns/llm.md --about "$(ABOUT)"

campaign-injections: install ## every injection against the chat model that PLANQA_CHAT_MODEL names; resumes; table in tests/campaigns/
	@$(BIN)/python -m eval injections --out tests/campaigns/injections.md --about "$(ABOUT)"

campaign-xss: install ## every payload through every way in, in a real browser; table in tests/campaigns/
	PLANQA_PAYLOADS=all PLANQA_PAYLOADS_TABLE=tests/campaigns/xss.md $(BIN)/python -m pytest -n 0 tests/test_browser_payloads.py

campaign-faults: index ## disks full and read-only, indexes broken, clocks set back, signals; table in tests/campaigns/
	PLANQA_FAULTS=all PLANQA_FAULTS_TABLE=tests/campaigns/faults.md $(BIN)/python -m pytest -n 0 tests/test_faults.py

campaign-fuzz: index ## 200,000 inputs for every parser, each with a time limit; resumes; table in tests/campaigns/
	@PYTHONPATH=. $(BIN)/python tests/fuzz_campaign.py --inputs 200000 --out tests/campaigns/fuzz.md

campaign-soak: index ## ask for two hours and watch memory and files; resumes; ABOUT="the machine"; table in tests/campaigns/
	@$(BIN)/python -m eval soak --out tests/campaigns/soak.md --about "$(ABOUT)"

lock: install ## pin every package anew from pyproject.toml
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --extra dev --strip-extras --allow-unsafe --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --unsafe-package torch -o requirements.lock pyproject.toml

clean: ## remove the environment, the index and the unpacked model
	rm -rf $(VENV) .planqa
