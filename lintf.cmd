@echo off
rem Builds the command line, quickly when nothing changed, then runs it.
setlocal
set "program=%~dp0src\LinearTransformers.Cli\bin\Release\net10.0\lintf.exe"
where /q dotnet || (
  echo lintf: the .NET 10 SDK is needed: 'dotnet' was not found on PATH 1>&2
  exit /b 1
)
if not exist "%program%" echo lintf: building for the first time, which takes about a minute ... 1>&2
dotnet build "%~dp0src\LinearTransformers.Cli" -c Release --nologo -v quiet 1>&2 || (
  echo lintf: the build failed 1>&2
  exit /b 1
)
"%program%" %*
exit /b %errorlevel%
