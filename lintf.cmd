@echo off
rem Builds the command line, quickly when nothing changed, then runs it.
setlocal
dotnet build "%~dp0src\LinearTransformers.Cli" -c Release --nologo -v quiet 1>&2 || exit /b 1
"%~dp0src\LinearTransformers.Cli\bin\Release\net10.0\lintf.exe" %*
