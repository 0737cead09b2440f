using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace VideoGen.House.Tests;

/// <summary>What a restore brings is written down, and is not known to be weak.</summary>
public sealed partial class PackageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-package-tests-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The lock of a project names what all machines restore: no system of its own, and no address from which it came.</summary>
    [Fact]
    public void EveryProjectHasALockThatHoldsEverywhere()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "VideoGen.Orleans.sln"));
        var projects = ProjectPath().Matches(solution).Select(match => match.Groups[1].Value.Replace('\\', '/')).ToList();
        Assert.True(projects.Count > 20);
        foreach (var project in projects)
        {
            var text = File.ReadAllText(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json"));
            Assert.DoesNotContain("://", text, StringComparison.Ordinal);
            using var json = JsonDocument.Parse(text);
            Assert.Equal(["net10.0"], json.RootElement.GetProperty("dependencies").EnumerateObject().Select(framework => framework.Name));
        }
    }

    [Theory]
    [InlineData("(, 1.0.1)", "error NU1902")]
    [InlineData("(, 1.0.0)", null)]
    public async Task APackageThatIsKnownToBeWeakFailsTheRestore(string versions, string? error)
    {
        await using var source = new WeaknessSource(versions);
        var (code, said) = await RestoreAsync(source.Address);
        Assert.True(error is null ? code == 0 : code != 0 && said.Contains(error, StringComparison.Ordinal), said);
    }

    /// <summary>Without a network a restore of packages that are here goes on, and says what it could not ask.</summary>
    [Fact]
    public async Task WhereNobodyCanBeAskedAboutWeaknesses_ThereIsOnlyAWarning()
    {
        // A port that is taken, and at which nobody listens.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var (code, said) = await RestoreAsync($"http://{held.LocalEndPoint}/index.json");
        Assert.True(code == 0 && said.Contains("warning NU1900", StringComparison.Ordinal), said);
    }

    /// <summary>Restores a project, of the house's rules, that needs one package.</summary>
    private async Task<(int Code, string Said)> RestoreAsync(string audit)
    {
        var root = _folder.FullName;
        File.Copy(Path.Combine(Repository.Root, "Directory.Build.props"), Path.Combine(root, "Directory.Build.props"));
        await File.WriteAllTextAsync(
            Path.Combine(root, "needs.csproj"),
            """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Weak" Version="1.0.0" /></ItemGroup></Project>""",
            Stop);
        var feed = Directory.CreateDirectory(Path.Combine(root, "feed")).FullName;
        await using (var package = await ZipFile.OpenAsync(Path.Combine(feed, "Weak.1.0.0.nupkg"), ZipArchiveMode.Create, Stop))
        {
            await using var manifest = await package.CreateEntry("Weak.nuspec").OpenAsync(Stop);
            await manifest.WriteAsync(
                """
                <package><metadata><id>Weak</id><version>1.0.0</version><authors>nobody</authors><description>It is weak.</description>
                <dependencies><group targetFramework="net10.0" /></dependencies></metadata></package>
                """u8.ToArray(),
                Stop);
        }

        await File.WriteAllTextAsync(
            Path.Combine(root, "nuget.config"),
            $"""
            <configuration>
            <packageSources><clear /><add key="here" value="{feed}" /></packageSources>
            <auditSources><clear /><add key="audit" value="{audit}" allowInsecureConnections="true" /></auditSources>
            </configuration>
            """,
            Stop);
        var restored = await CliWrap.Cli.Wrap("dotnet")
            .WithArguments("restore --disable-build-servers")
            .WithWorkingDirectory(root)
            .WithEnvironmentVariables(variables => variables
                .Set("NUGET_PACKAGES", Path.Combine(root, "packages"))
                .Set("NUGET_HTTP_CACHE_PATH", Path.Combine(root, "cache"))
                .Set("NUGET_SCRATCH", Path.Combine(root, "scratch"))
                .Set("MSBUILDDISABLENODEREUSE", "1"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Stop);
        return (restored.ExitCode, restored.StandardOutput + restored.StandardError);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("""= "[^"]+", "([^"]+\.csproj)",""")]
    private static partial Regex ProjectPath();

    /// <summary>Knows of one package that some of its versions are weak.</summary>
    private sealed class WeaknessSource : IAsyncDisposable
    {
        private readonly HttpListener _listener;
        private readonly string _root;
        private readonly string _versions;
        private readonly Task _answering;

        public WeaknessSource(string versions)
        {
            _versions = versions;
            (_listener, _root) = Listen();
            _answering = AnswerAsync();
        }

        public string Address => $"{_root}index.json";

        /// <summary>At a free port, which another program may take before it is taken here; then at the next.</summary>
        private static (HttpListener Listener, string Root) Listen()
        {
            for (var attempt = 1; ; attempt++)
            {
                var (listener, root) = (new HttpListener(), $"http://127.0.0.1:{FreePort()}/");
                listener.Prefixes.Add(root);
                try
                {
                    listener.Start();
                    return (listener, root);
                }
                catch (HttpListenerException) when (attempt < 5)
                {
                    listener.Close();
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _answering;
            _listener.Close();
        }

        private async Task AnswerAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                object answer = context.Request.Url!.AbsolutePath switch
                {
                    "/index.json" => new Dictionary<string, object>
                    {
                        ["version"] = "3.0.0",
                        ["resources"] = new[] { Named("VulnerabilityInfo/6.7.0", $"{_root}pages.json") },
                    },
                    "/pages.json" => new[]
                    {
                        new Dictionary<string, object> { ["@name"] = "base", ["@id"] = $"{_root}base.json", ["@updated"] = "2026-11-01T00:00:00Z" },
                    },
                    _ => new Dictionary<string, object> { ["weak"] = new[] { new { url = $"{_root}why", severity = 1, versions = _versions } } },
                };
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(answer)));
                context.Response.Close();
            }
        }

        private static Dictionary<string, object> Named(string type, string id) => new() { ["@type"] = type, ["@id"] = id };
    }
}
