@echo off
rem Double-clicked it opens JupyterLab, the first time after making the environment; with words it is the command: tongdao.bat report
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
if "%~1"=="" goto lab
if not exist "%~dp0.venv\.ready" if not exist "%~dp0python\.ready" goto install
:command
set python="%~dp0.venv\Scripts\python.exe"
if exist "%~dp0python\python.exe" set python="%~dp0python\python.exe"
%python% -P -c "from tongdao.cli import main; main()" %*
exit /b %errorlevel%
:install
call "%~dp0make.bat" install
if errorlevel 1 exit /b %errorlevel%
goto command
:lab
call "%~dp0make.bat" lab
if errorlevel 1 pause
