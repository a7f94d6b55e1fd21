FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY --chown=app notes.txt C:/notes.txt
USER ContainerUser
