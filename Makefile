# make report: the environment and the monthly report.  make test: the environment and the tests.
# Uses uv where there is one and it works, else pip; needs Python 3.11+, pip and make.
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never

.PHONY: report test lint bundle
report: .venv/.ready
	@$(BIN)/tongdao report

# Four at a time on two cores: many a test waits for processes of its own.
test: .venv/.ready
	@$(BIN)/python -m pytest -q -n 4 --dist loadgroup

# Formatting, types and the direction of imports; .ci/run calls it.
lint: .venv/.ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

# One zip that installs without a network; make bundle PLATFORM=win_amd64 or manylinux_2_28_aarch64, else for a machine like this.
bundle: .venv/.ready
	@$(BIN)/python tools/bundle.py $(if $(PLATFORM),--platform $(PLATFORM))

# Bytecode is compiled here, for without it every command takes two to five times as long.
# The venv is made without pip of its own, so that a machine without python3-venv will do.
.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本（make PYTHON=… 可另行指定）。"; exit 1; }
	@rm -rf .venv
	@if command -v uv >/dev/null 2>&1 \
	  && uv venv -q --python $(PYTHON) .venv \
	  && uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock \
	  && uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	then :; else \
	  rm -rf .venv; echo "正在用 pip 准备环境，大约需要一两分钟……" >&2; \
	  $(PYTHON) -m venv --without-pip .venv \
	  && $(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --require-hashes -r requirements.lock \
	  && $(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@$(BIN)/python -m compileall -q tongdao
	@touch $@
