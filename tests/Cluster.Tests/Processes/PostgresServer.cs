using System.Globalization;
using VideoGen.Silo.Hosting;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A PostgreSQL of this test's own on a free loopback port, with its data in a temporary folder.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string Password = "correct-horse-battery";

    /// <summary>The server refuses to run as root; then it runs as this user, whom the Debian package makes.</summary>
    private const string User = "postgres";

    private readonly ToolProcess _process;
    private readonly TemporaryFolder _folder;

    private PostgresServer(ToolProcess process, TemporaryFolder folder, int port)
    {
        (_process, _folder, Port) = (process, folder, port);
    }

    public int Port { get; }

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username={User};Password={Password}";

    /// <summary>Settings that have silos meet there, and store their tasks there.</summary>
    public Dictionary<string, string> World => new() { ["VIDEOGEN_WORLD"] = "postgres", ["VIDEOGEN_POSTGRES"] = ConnectionString };

    public static async Task<PostgresServer> StartAsync()
    {
        var folder = new TemporaryFolder();
        var programs = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Max()!;
        var (data, port) = (folder.File("data"), FreePort.Take());
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", User, folder.Path);
        }

        await RunAsync(Command(
            Path.Combine(programs, "initdb"), "-D", data, "-U", User, "--auth=scram-sha-256", $"--pwfile={folder.Write("password", Password)}", "--no-sync"));
        var command = Command(
            Path.Combine(programs, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "fsync=off");
        var process = new ToolProcess(command[0], command[1..], workingDirectory: Path.GetTempPath());
        await process.WaitForLineAsync("ready to accept connections");
        return new PostgresServer(process, folder, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static string[] Command(string program, params string[] arguments) =>
        Environment.UserName == "root" ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", program, .. arguments] : [program, .. arguments];

    private static async Task RunAsync(params string[] command)
    {
        await using var process = new ToolProcess(command[0], command[1..], workingDirectory: Path.GetTempPath());
        Assert.True(await process.WaitForExitAsync() == 0, process.Output);
    }
}
