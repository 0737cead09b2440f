using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using VideoGen.Client.Access;
using VideoGen.Client.Hosting;
using VideoGen.Silo.Hosting.Door;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;

namespace VideoGen.Silo.Tests.Access;

/// <summary>The gateway of a silo with a secret, and real clients over TCP: who gets in, and how far.</summary>
public sealed class ClusterDoorTests(ClusterDoorTests.GuardedSilo silo) : IClassFixture<ClusterDoorTests.GuardedSilo>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What nobody thought of is for admins; a command that is added has to be thought of.</summary>
    [Fact]
    public void ACommandIsForAdminsOnlyWhereThatWasChosen()
    {
        Type[] ofAdmins = [typeof(AddStage), typeof(SaveTask), typeof(DeclareWorkerLost), typeof(RestartWorker), typeof(CheckDeadlines)];
        var commands = typeof(TaskCommand).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TaskCommand)) && !type.IsAbstract).ToList();

        Assert.Equal(
            ofAdmins.Select(type => type.Name).Order(),
            commands.Where(type => RoleOf((TaskCommand)RuntimeHelpers.GetUninitializedObject(type)) == Role.Admin).Select(type => type.Name).Order());

        static Role RoleOf(TaskCommand command) => CallRules.RoleOf("VideoGen.ITaskStateGrain", "ExecuteAsync", command);
    }

    [Fact]
    public async Task WhoKnowsTheSecretMayDoEverything()
    {
        await using var client = await silo.ConnectAsync(ClusterDoor.Locked(silo.Secret), Role.Admin);
        await VideoTask.CreateAsync(silo.Application, "door-admin");

        var reply = await ExecuteAsync(client.Grains.GetGrain<ITaskStateGrain>("door-admin"), new CancelTask());

        Assert.False(reply.IsRefused, reply.Message);
        Assert.NotEmpty(await client.Grains.GetGrain<IManagementGrain>(0).GetHosts(false, Stop));
        Assert.NotNull(await client.Grains.GetGrain<IAccessKeysGrain>(0).ReadAsync());
    }

    [Theory]
    [InlineData("another-secret-of-another-cluster")]
    [InlineData(null)]
    public async Task WhoDoesNotKnowItGetsNothing(string? other)
    {
        var refusals = new List<string>();
        var door = other is null ? ClusterDoor.Open : ClusterDoor.Locked(Parse(other));

        await Assert.ThrowsAsync<ClusterUnreachableException>(() => silo.ConnectAsync(door, Role.Admin, refusals.Add));

        Assert.Contains(refusals, refusal => refusal.Contains(ClusterSecrets.FileVariable, StringComparison.Ordinal));
        Assert.DoesNotContain(refusals, refusal => other is not null && refusal.Contains(other, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AProgramThatSaysNothingOfASecretGetsNothing() =>
        await Assert.ThrowsAsync<ClusterUnreachableException>(() => silo.ConnectAsync(ClusterDoor.AsBefore, Role.Admin, static _ => { }));

    /// <summary>A program of this house leaves when the silo cannot prove itself; another one would stay.</summary>
    [Theory]
    [InlineData((byte)Role.Viewer)]
    [InlineData((byte)Role.Admin)]
    [InlineData(Handshake.Silo)]
    public async Task AProofThatNobodyCouldMakeIsNotTaken(byte kind)
    {
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(IPAddress.Loopback, GuardedSilo.PortOf(silo.Application), Stop);
        var (greeting, verdict) = (new byte[4 + 1 + 32], new byte[1 + 32]);
        await stranger.GetStream().ReadExactlyAsync(greeting, Stop);
        Assert.Equal(1, greeting[4]);

        await stranger.GetStream().WriteAsync((byte[])[kind, .. RandomNumberGenerator.GetBytes(32 + 32)], Stop);
        try
        {
            // The silo closes the connection, and its word may be lost with it.
            await stranger.GetStream().ReadAtLeastAsync(verdict, verdict.Length, throwOnEndOfStream: false, Stop);
        }
        catch (IOException)
        {
            // Closed before the answer was read whole.
        }

        Assert.Equal(0, verdict[0]);
    }

    [Fact]
    public async Task AWorkerDoesItsPartAndSteersNothing()
    {
        await VideoTask.CreateAsync(silo.Application, "door-worker");
        await using var client = await silo.ConnectAsync(ClusterDoor.Locked(Parse(silo.Secret.TextFor(Role.Worker))), Role.Admin);
        var task = client.Grains.GetGrain<ITaskStateGrain>("door-worker");

        Assert.NotNull(await task.ReadAsync());
        Assert.NotNull(await client.Grains.GetGrain<ITaskIndexGrain>(0).CountAsync(new TaskQuery()));
        await foreach (var snapshot in task.WatchAsync(0, Stop))
        {
            Assert.Equal(1, snapshot.Version);
            break;
        }

        var started = await ExecuteAsync(task, new StartStage("content_parsing", new("w", Guid.NewGuid()), TimeSpan.FromMinutes(1)));
        Assert.NotNull(started.Lease);
        foreach (var command in new TaskCommand[] { new CancelTask(), new DeleteTask(), new PauseTask(), new ChangePriority(1), new DeclareWorkerLost("w") })
        {
            var denied = await Assert.ThrowsAsync<AccessDeniedException>(() => ExecuteAsync(task, command));
            Assert.Contains("the caller has the role worker", denied.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<AccessDeniedException>(() => client.Grains.GetGrain<IManagementGrain>(0).GetHosts(false, Stop));
        await Assert.ThrowsAsync<AccessDeniedException>(() => client.Grains.GetGrain<IAccessKeysGrain>(0).ReadAsync().WaitAsync(Patience, Stop));
        await Assert.ThrowsAsync<AccessDeniedException>(
            () => client.Grains.GetGrain<IClusterSettingsGrain>(0).SetLimitAsync(new LimitDefinition("l") { MaxConcurrent = 1 }));
        Assert.Equal(2, (await task.ReadAsync())!.Version);
    }

    [Fact]
    public async Task AnOperatorSteersAndDoesNoWorkersPart()
    {
        await VideoTask.CreateAsync(silo.Application, "door-operator");
        await using var client = await silo.ConnectAsync(ClusterDoor.Locked(silo.Secret), Role.Operator);
        var task = client.Grains.GetGrain<ITaskStateGrain>("door-operator");

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => ExecuteAsync(task, new StartStage("content_parsing", new("w", Guid.NewGuid()), TimeSpan.FromMinutes(1))));
        Assert.False((await ExecuteAsync(task, new CancelTask())).IsRefused);
        await client.Grains.GetGrain<IClusterSettingsGrain>(0).SetLimitAsync(new LimitDefinition("door") { MaxConcurrent = 1 });
    }

    [Fact]
    public async Task AViewerLooks()
    {
        await VideoTask.CreateAsync(silo.Application, "door-viewer");
        await using var client = await silo.ConnectAsync(ClusterDoor.Locked(silo.Secret), Role.Viewer);
        var task = client.Grains.GetGrain<ITaskStateGrain>("door-viewer");

        Assert.NotNull(await task.ReadAsync());
        Assert.NotNull(await client.Grains.GetGrain<IStageQueueGrain>("default").InspectAsync());
        await Assert.ThrowsAsync<AccessDeniedException>(() => ExecuteAsync(task, new CancelTask()));
    }

    [Fact]
    public async Task ASiloOfAnotherSecretAndAClientDoNotTakeEachOther()
    {
        await using var open = new SiloApplication();
        await open.StartAsync(http: false, change: options => options with { Door = ClusterDoor.Open });
        var refusals = new List<string>();

        await Assert.ThrowsAsync<ClusterUnreachableException>(
            () => GuardedSilo.ConnectAsync(open, ClusterDoor.Locked(silo.Secret), Role.Admin, refusals.Add));
        Assert.Contains(refusals, refusal => refusal.Contains("asks for no secret", StringComparison.Ordinal));
        await using var client = await GuardedSilo.ConnectAsync(open, ClusterDoor.Locked(silo.Secret, isChosen: false), Role.Admin);
        Assert.NotNull(await client.Grains.GetGrain<ITaskIndexGrain>(0).CountAsync(new TaskQuery()));
    }

    private static ClusterSecret Parse(string text) =>
        ClusterSecret.TryParse(text, out var secret, out var problem) ? secret : throw new ArgumentException(problem);

    private static Task<TaskReply> ExecuteAsync(ITaskStateGrain task, TaskCommand command) =>
        task.ExecuteAsync(OperationId.Create(TimeProvider.System), command);

    /// <summary>A client of the silo, in a host of its own.</summary>
    public sealed class DoorClient(IHost host) : IAsyncDisposable
    {
        public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    public sealed class GuardedSilo : IAsyncLifetime
    {
        public SiloApplication Application { get; } = new();

        public ClusterSecret Secret { get; } = Parse(ClusterSecret.Create());

        public ValueTask InitializeAsync() => Application.StartAsync(http: false, change: options => options with { Door = ClusterDoor.Locked(Secret) });

        public ValueTask DisposeAsync() => Application.DisposeAsync();

        public static int PortOf(SiloApplication silo) => silo.Silo.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.GatewayPort;

        /// <param name="refused">Hears why; given by whoever is not to get in, who is patient for a second alone.</param>
        public Task<DoorClient> ConnectAsync(ClusterDoor door, Role role, Action<string>? refused = null) => ConnectAsync(Application, door, role, refused);

        public static async Task<DoorClient> ConnectAsync(SiloApplication silo, ClusterDoor door, Role role, Action<string>? refused = null)
        {
            var port = PortOf(silo);
            var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Logging.ClearProviders();
            builder.AddVideoGenClient(
                "the test",
                client =>
                {
                    client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, port));
                    client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "videogen");
                },
                TimeSpan.FromSeconds(refused is null ? 30 : 1),
                door,
                role,
                refused);
            var host = builder.Build();
            try
            {
                await host.StartAsync(Stop);
                return new DoorClient(host);
            }
            catch
            {
                host.Dispose();
                throw;
            }
        }
    }
}
