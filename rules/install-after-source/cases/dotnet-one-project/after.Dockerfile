FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY Directory.Packages.props nuget.config ./
COPY src/Core/Core.csproj ./src/Core/
RUN dotnet restore src/Core/Core.csproj
COPY . .
RUN dotnet publish src/Api -c Release -o /out --no-restore
