using System.IO.Pipelines;
using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Client.Tests.Hosting;

/// <summary>A gateway that takes and answers nothing is left, and no other is (F14).</summary>
public sealed class GatewayDoctorTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly GatewayConnections _connections;
    private readonly List<Gateway> _gateways = [];
    private readonly GatewayDoctor _doctor;
    private int _pings;

    public GatewayDoctorTests()
    {
        _connections = new GatewayConnections(_time);
        var grains = DispatchProxy.Create<IGrainFactory, Grains>();
        ((Grains)(object)grains).Ping = PingNext;
        _doctor = new GatewayDoctor(_connections, grains, _time, NullLogger<GatewayDoctor>.Instance);
    }

    [Fact]
    public async Task AGatewayThatTakesAndAnswersNothingIsLeftWithinTenSeconds()
    {
        var (deaf, good) = (await ConnectAsync(), await ConnectAsync());
        deaf.IsDeaf = true;
        await deaf.SendAsync();
        var (rounds, ended) = (0, 0);
        while (ended == 0 && rounds < 60)
        {
            rounds++;
            _time.Advance(GatewayDoctor.Interval);
            await good.SendAsync();
            await good.AnswerAsync();
            ended = _doctor.Look();
        }

        // What is left of ten seconds is for the next attempt to connect.
        Assert.InRange(rounds, 4, 7);
        await deaf.Closed.Happens("the connection was ended");
        Assert.False(good.IsClosed);
    }

    [Fact]
    public async Task ThoseWhoWaitForWorkForAnHourKeepTheirGateways()
    {
        await ConnectAsync();
        await ConnectAsync();
        var polled = 0;
        for (var second = 0; second < 3_600; second++)
        {
            if (second % 10 == 0)
            {
                foreach (var gateway in _gateways)
                {
                    await (polled == 0 ? Task.CompletedTask : gateway.AnswerAsync());
                    await gateway.SendAsync();
                }

                polled++;
            }

            _time.Advance(GatewayDoctor.Interval);
            Assert.Equal(0, _doctor.Look());
        }

        Assert.All(_gateways, gateway => Assert.False(gateway.IsClosed));
        Assert.InRange(_pings, 1, 3_600 * 2);
    }

    [Fact]
    public async Task AClientThatStoodStillHearsWhatWasSentMeanwhile()
    {
        var gateway = await ConnectAsync();
        gateway.IsDeaf = true;
        await gateway.SendAsync();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _doctor.Look());
        await gateway.AnswerAsync();
        _time.Advance(GatewayDoctor.Interval);
        Assert.Equal(0, _doctor.Look());
        Assert.False(gateway.IsClosed);
    }

    [Fact]
    public async Task AGatewayThatTakesAndAnswersNothingIsLeftAlsoWhenOnlyAnswersAreToComeOverIt()
    {
        var (deaf, good) = (await ConnectAsync(), await ConnectAsync());
        deaf.IsDeaf = true;
        var rounds = 0;
        do
        {
            rounds++;
            _time.Advance(GatewayDoctor.Interval);
            await good.SendAsync();
            await good.AnswerAsync();
        }
        while (_doctor.Look() == 0 && rounds < 60);

        Assert.InRange(rounds, 4, 7);
        await deaf.Closed.Happens("the connection was ended");
        Assert.False(good.IsClosed);
    }

    [Fact]
    public async Task ASilentGatewayThatNoPingReachesIsNotLeft()
    {
        var gateway = await ConnectAsync();
        await gateway.SendAsync();
        await gateway.AnswerAsync();
        gateway.IsReached = false;
        for (var second = 0; second < 100; second++)
        {
            _time.Advance(GatewayDoctor.Interval);
            Assert.Equal(0, _doctor.Look());
        }
    }

    [Fact]
    public async Task AGatewayIsAskedWhenItIsSilentAndNotOtherwise()
    {
        var gateway = await ConnectAsync();
        for (var second = 0; second < 100; second++)
        {
            _time.Advance(GatewayDoctor.Interval);
            await gateway.AnswerAsync();
            _doctor.Look();
        }

        Assert.Equal(0, _pings);
        for (var second = 0; second < 100; second++)
        {
            _time.Advance(GatewayDoctor.Interval);
            _doctor.Look();
        }

        Assert.Equal(50, _pings);
    }

    [Fact]
    public async Task PingsReachEachGatewayOfACluster()
    {
        await using var cluster = await ClientCluster.StartAsync(silos: 2, client: client =>
        {
            client.Services.AddSingleton(_connections);
            ClientHostExtensions.LeaveDeafGateways(client);
        });
        using var doctor = new GatewayDoctor(_connections, cluster.Grains, _time, NullLogger<GatewayDoctor>.Instance);
        await Until.Holds(() => Task.FromResult(_connections.Open.Count() == 2));
        for (var round = 0; round < 5; round++)
        {
            _time.Advance(GatewayDoctor.Suspicion);
            doctor.Look();
            await Until.Holds(() => Task.FromResult(_connections.Open.All(static connection => connection.Silence < GatewayDoctor.Suspicion)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        _doctor.Dispose();
    }

    private async Task<Gateway> ConnectAsync()
    {
        var gateway = new Gateway(_connections);
        _gateways.Add(gateway);
        await gateway.Ready;
        return gateway;
    }

    /// <summary>As Orleans does, to the gateways in turn.</summary>
    private async Task PingNext()
    {
        var gateway = _gateways[_pings++ % _gateways.Count];
        if (!gateway.IsReached)
        {
            return;
        }

        await gateway.SendAsync();
        if (!gateway.IsDeaf)
        {
            await gateway.AnswerAsync();
        }
    }

    /// <summary>One end of a connection, with the gateway at the other.</summary>
    private sealed class Gateway : IAsyncDisposable
    {
        private readonly Pipe _toClient = new();
        private readonly Pipe _toGateway = new();
        private readonly DefaultConnectionContext _context;
        private readonly TaskCompletionSource<IDuplexPipe> _ready = new();
        private readonly TaskCompletionSource _over = new();
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _connection;

        public Gateway(GatewayConnections connections)
        {
            _context = new DefaultConnectionContext("test", new Ends(_toClient.Reader, _toGateway.Writer), new Ends(_toGateway.Reader, _toClient.Writer));
            _context.ConnectionClosed.Register(_closed.SetResult);
            _connection = connections.OnConnectionAsync(_context, context =>
            {
                _ready.SetResult(context.Transport);
                return _over.Task;
            });
        }

        public Task Ready => _ready.Task;

        public bool IsDeaf { get; set; }

        /// <summary>Whether pings go to it.</summary>
        public bool IsReached { get; set; } = true;

        public bool IsClosed => _context.ConnectionClosed.IsCancellationRequested;

        public Task Closed => _closed.Task;

        public async Task SendAsync()
        {
            var transport = await _ready.Task;
            transport.Output.GetSpan(1)[0] = 1;
            transport.Output.Advance(1);
            await transport.Output.FlushAsync();
        }

        public async Task AnswerAsync()
        {
            await _toClient.Writer.WriteAsync(new byte[] { 1 });
            var transport = await _ready.Task;
            var read = await transport.Input.ReadAsync();
            transport.Input.AdvanceTo(read.Buffer.End);
        }

        public async ValueTask DisposeAsync()
        {
            _over.SetResult();
            await _connection;
            await _context.DisposeAsync();
        }
    }

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    public class Grains : DispatchProxy
    {
        public Func<Task> Ping { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IGatewayGrain.PingAsync))
            {
                return Ping();
            }

            var gateway = Create<IGatewayGrain, Grains>();
            ((Grains)(object)gateway).Ping = Ping;
            return gateway;
        }
    }
}
