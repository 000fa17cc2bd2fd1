@echo off
rem The two commands of the Makefile where there is no make, in cmd and PowerShell alike: .\make.bat report, .\make.bat test
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
set python=python
where py >nul 2>nul && set python=py -3
if exist "%~dp0python\python.exe" set python="%~dp0python\python.exe"
%python% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if errorlevel 1 goto missing
%python% "%~dp0tools\make.py" %*
exit /b %errorlevel%
:missing
echo 没有找到 Python 3.11 或更新的版本：请安装 Python（安装时勾选 Add python.exe to PATH），或改用自带 Python 的离线安装包。
exit /b 2
