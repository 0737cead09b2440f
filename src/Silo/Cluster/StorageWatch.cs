using VideoGen.Grains.Commit;
using VideoGen.Grains.Witness;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Silo.Cluster;

/// <summary>
/// Watches whether this silo reaches storage. Other silos cannot tell: they reach it, and would leave its tasks where nothing can be stored for them. So it has
/// callers told at once, and leaves when another silo can take over (F13).
/// </summary>
internal sealed partial class StorageWatch(
    StoreHealth health,
    StorageProbe probe,
    StorageCircuit circuit,
    Departure departure,
    ILocalSiloDetails self,
    IGrainFactory grains,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<StorageWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How many intervals a silo that can store waits from one report to the next. A report is good for ten seconds.</summary>
    private const int ReportEvery = 3;

    private static readonly TimeSpan WitnessTimeout = TimeSpan.FromSeconds(3);

    private readonly StorageJudge _judge = new(time);
    private long _goodWrites;
    private string _problem = "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        for (var round = 0; await timer.WaitForNextTickAsync(stoppingToken); round++)
        {
            await LookAsync(stoppingToken);
            if ((_judge.IsAway || round % ReportEvery == 0) && await MayLeaveAsync(stoppingToken))
            {
                Leave();
                return;
            }
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        // Whatever tasks store proves more than a probe, and costs nothing.
        var goodWrites = health.GoodWrites;
        if (goodWrites != _goodWrites)
        {
            _goodWrites = goodWrites;
            _judge.Good();
        }
        else if (_judge.NeedsProof)
        {
            if (await probe.TryAsync(stoppingToken) is { } failure)
            {
                _problem = SecretText.Mask(failure.Message);
                _judge.Bad();
            }
            else
            {
                _judge.Good();
            }
        }

        if (_judge.IsAway)
        {
            if (!circuit.IsOpen)
            {
                LogAway((int)_judge.SinceGood.TotalSeconds, _problem);
            }

            circuit.Open(_problem);
        }
        else if (circuit.IsOpen)
        {
            circuit.Close();
            LogBack();
        }
    }

    private async Task<bool> MayLeaveAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await grains.GetGrain<IStorageWitnessGrain>(0)
                .ReportAsync(self.SiloAddress, _judge.SinceGood, _judge.WantsToLeave)
                .WaitAsync(WitnessTimeout, time, stoppingToken);
        }
#pragma warning disable CA1031 // Without a word of the witness nobody leaves; it is asked again.
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNoWitness(exception.Message);
            return false;
        }
    }

    private void Leave()
    {
        var seconds = (int)_judge.SinceGood.TotalSeconds;
        var reason = $"This silo could store nothing for {seconds} s, and another one can. It leaves, so that its tasks go on there. ({_problem})";
        LogLeaving(reason);
        departure.Decide(reason);
        circuit.Leave();
        lifetime.StopApplication();
    }

    [LoggerMessage(1, LogLevel.Warning, "Nothing could be stored for {Seconds} s: commands to the tasks here are refused until it can. {Problem}")]
    private partial void LogAway(int seconds, string problem);

    [LoggerMessage(2, LogLevel.Warning, "The task store answers again.")]
    private partial void LogBack();

    [LoggerMessage(3, LogLevel.Debug, "The witness of the cluster did not answer: {Problem}")]
    private partial void LogNoWitness(string problem);

    [LoggerMessage(4, LogLevel.Error, "{Reason}")]
    private partial void LogLeaving(string reason);
}
