using System.Diagnostics;
using Npgsql;
using VideoGen.Silo.Hosting;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Tests.PostgreSql;
using VideoGen.Storage.Tests.Running;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace VideoGen.Storage.Tests.PostgreSql;

/// <summary>A server of its own on a free port, with its data in a temporary folder, started by the first test that asks for it.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The server refuses to run as root; then it runs as this user, whom the Debian package makes.</summary>
    private const string User = "postgres";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Lazy<Task<string>> _started;
    private readonly TempFolder _folder = new();
    private Process? _process;

    public PostgresServer() => _started = new Lazy<Task<string>>(StartAsync);

    /// <summary>A database that does not exist yet.</summary>
    public async Task<string> NewDatabaseAsync() => $"{await _started.Value};Database=t{Guid.NewGuid():N}";

    internal async Task<StoreHost> OpenAsync(TimeProvider? time = null) => Open(await NewDatabaseAsync(), time);

    internal static StoreHost Open(string connectionString, TimeProvider? time = null) =>
        new(new PostgresRecordStore(new PostgresStorageOptions { ConnectionString = connectionString }), time);

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Search Path=videogen");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            NpgsqlConnection.ClearAllPools();
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folder.Dispose();
    }

    private async Task<string> StartAsync()
    {
        var programs = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Max()!;
        var data = _folder.File("data");
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", User, Path.GetDirectoryName(data)!);
        }

        await RunAsync(Command(
            Path.Combine(programs, "initdb"), "-D", data, "-U", User, "--auth=scram-sha-256", $"--pwfile={Password()}", "--encoding=UTF8", "--no-sync"));
        var port = FreePort.Take();
        var command = Command(
            Path.Combine(programs, "postgres"), "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "max_connections=200");
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        var address = $"Host=127.0.0.1;Port={port};Username={User};Password=secret-of-tests";
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(address + ";Database=postgres;Pooling=false");
                await connection.OpenAsync(patience.Token);
                return address;
            }
            catch (NpgsqlException)
            {
                Assert.False(_process.HasExited, _process.HasExited ? await errors : "");
                await Task.Delay(50, patience.Token);
            }
        }
    }

    private string Password()
    {
        var file = _folder.File("password");
        File.WriteAllText(file, "secret-of-tests");
        return file;
    }

    private static string[] Command(string program, params string[] arguments) =>
        Environment.UserName == "root" ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", program, .. arguments] : [program, .. arguments];

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {await output} {await errors}");
    }
}
