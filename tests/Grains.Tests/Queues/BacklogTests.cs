using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Queues;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Tests.Queues;

public sealed class BacklogTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Backlog _backlog;

    /// <summary>What the store holds.</summary>
    private long _stored;

    public BacklogTests() => _backlog = new Backlog(() => Task.FromResult<long?>(_stored), _time) { Most = 10 };

    [Fact]
    public async Task Room_IsGivenUpToTheBound_ThoughNothingIsStoredYet()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, (await AskAsync()).Granted);
        }

        Assert.Equal(new QueueRoom(0, 10, 10, TimeSpan.FromSeconds(30)), await AskAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Room_OfManySilosAtOnce_NeverGoesPastTheBound(int seed)
    {
        var random = new Random(seed);
        _backlog.Most = 1_000;
        var (unsettled, inFlight) = (new int[4], new int[4]);
        var (refused, highest) = (0, 0L);
        for (var step = 0; step < 20_000; step++)
        {
            var silo = random.Next(4);
            switch (random.Next(4))
            {
                case 0:
                    var room = await _backlog.ReserveAsync(new RoomRequest($"s{silo}", 1, unsettled[silo]), 10);
                    unsettled[silo] = 0;
                    inFlight[silo] += room.Granted;
                    refused += room.Granted == 0 ? 1 : 0;
                    break;
                case 1 when inFlight[silo] > 0:
                    // Stored, and said with the next question.
                    var stored = random.Next(1, inFlight[silo] + 1);
                    (inFlight[silo], unsettled[silo], _stored) = (inFlight[silo] - stored, unsettled[silo] + stored, _stored + stored);
                    break;
                case 2 when _stored > 0 && random.Next(20) == 0:
                    _stored -= random.Next(1, (int)Math.Min(_stored, 40) + 1);
                    break;
                default:
                    _time.Advance(TimeSpan.FromMilliseconds(random.Next(20)));
                    break;
            }

            highest = Math.Max(highest, _stored + inFlight.Sum());
            Assert.True(highest <= 1_000, $"{_stored} are stored and {inFlight.Sum()} may be, at step {step}.");
        }

        Assert.True(refused > 0);
        Assert.True(highest > 990, $"Never more than {highest} were let in.");
    }

    [Fact]
    public async Task Room_IsThereAgain_WhenStagesWereStarted()
    {
        _stored = 10;
        Assert.Equal(0, (await AskAsync()).Granted);

        _stored = 9;
        Assert.Equal(0, (await AskAsync()).Granted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await AskAsync()).Granted);
        Assert.Equal(0, (await AskAsync()).Granted);
    }

    [Fact]
    public async Task Refusal_SaysWhenThereIsRoomByTheRateOfStarts()
    {
        _stored = 109;
        Assert.Equal(TimeSpan.FromSeconds(25), (await AskAsync(startsPerSecond: 4)).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(60), (await AskAsync(startsPerSecond: 0.5)).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(1), (await AskAsync(startsPerSecond: 1_000)).RetryAfter);
    }

    [Fact]
    public async Task ATask_ThatHasMoreStagesThanThereIsRoom_GoesPastTheBoundAlone()
    {
        _stored = 9;
        Assert.Equal(7, (await _backlog.ReserveAsync(new RoomRequest("s", 7, 0), 0)).Granted);
        Assert.Equal(0, (await AskAsync()).Granted);
    }

    [Fact]
    public async Task RoomOfASiloThatIsNotHeardAnyMore_IsFreeAgain()
    {
        Assert.Equal(10, (await _backlog.ReserveAsync(new RoomRequest("dead", 10, 0), 0)).Granted);
        Assert.Equal(0, (await AskAsync()).Granted);

        _time.Advance(Backlog.ForgetAfter);

        Assert.Equal(1, (await AskAsync()).Granted);
    }

    [Fact]
    public async Task AQuestionThatIsNone_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _backlog.ReserveAsync(new RoomRequest("", 1, 0), 0));
        await Assert.ThrowsAsync<ArgumentException>(() => _backlog.ReserveAsync(new RoomRequest("s", 0, 0), 0));
        await Assert.ThrowsAsync<ArgumentException>(() => _backlog.ReserveAsync(new RoomRequest("s", 1, -1), 0));
    }

    private Task<QueueRoom> AskAsync(double startsPerSecond = 0) => _backlog.ReserveAsync(new RoomRequest("s", 1, 0), startsPerSecond);
}
