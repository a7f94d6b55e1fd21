FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet restore src/Core/Core.csproj
RUN dotnet publish src/Api -c Release -o /out --no-restore
