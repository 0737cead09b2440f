using System.Globalization;
using Npgsql;
using VideoGen.Silo.Hosting;

namespace VideoGen.Benchmarks.Servers;

/// <summary>A PostgreSQL of its own in a temporary folder, set up for speed without giving up durability.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The server refuses to run as root; then it runs as this user, whom the Debian package makes.</summary>
    private const string User = "postgres";

    public const string Durability = "log fsynced (synchronous_commit=on)";

    private static readonly string[] Settings =
    [
        "listen_addresses=127.0.0.1", "unix_socket_directories=",
        "fsync=on", "synchronous_commit=on", "shared_buffers=256MB", "wal_level=minimal", "max_wal_senders=0",
        "max_wal_size=4GB", "checkpoint_timeout=15min", "jit=off",
    ];

    private readonly ServerProcess _process;

    private PostgresServer(ServerProcess process, int port, string version)
    {
        _process = process;
        ConnectionString = $"Host=127.0.0.1;Port={port};Username={User};Database=postgres;Pooling=false;No Reset On Close=true";
        Version = version;
    }

    public string ConnectionString { get; }

    /// <summary>For a store of ours, which makes the database and keeps its connections.</summary>
    public string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database, Pooling = true }.ConnectionString;

    public string Version { get; }

    /// <summary>Null when it is not installed.</summary>
    public static async Task<PostgresServer?> StartAsync(string folder)
    {
        const string Installed = "/usr/lib/postgresql";
        var folders = Directory.Exists(Installed) ? Directory.GetDirectories(Installed).Select(version => Path.Combine(version, "bin")) : [];
        if (ServerProcess.Find("initdb", folders) is not { } initdb)
        {
            return null;
        }

        var postgres = Path.Combine(Path.GetDirectoryName(initdb)!, "postgres");
        var version = (await ServerProcess.RunAsync(postgres, "--version")).Split(' ')[2];
        var data = Path.Combine(Directory.CreateDirectory(folder).FullName, "data");
        if (Environment.UserName == "root")
        {
            await ServerProcess.RunAsync("chown", User, folder);
        }

        var (program, first) = Unprivileged(initdb);
        await ServerProcess.RunAsync(program, [.. first, "-D", data, "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C"]);
        var port = FreePort.Take();
        (program, first) = Unprivileged(postgres);
        var process = await ServerProcess.StartAsync(
            port,
            program,
            [.. first, "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), .. Settings.SelectMany(setting => new[] { "-c", setting })]);
        return new PostgresServer(process, port, version);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static (string Program, string[] Arguments) Unprivileged(string program) =>
        Environment.UserName == "root" ? ("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", program]) : (program, []);
}
