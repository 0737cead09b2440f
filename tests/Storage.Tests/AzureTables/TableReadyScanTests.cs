using VideoGen.Storage.AzureTables;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.AzureTables;

/// <summary>Whatever a scan leaves out, the answer is the one that all rows would give; and what it reads does not grow with the queue.</summary>
public sealed class TableReadyScanTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(10, 2)]
    [InlineData(10, 40)]
    [InlineData(1_000, 3)]
    [InlineData(1_000, 1_000)]
    public void Scan_LeavesNothingOutThatBelongsToTheAnswer(int limit, int perKey)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var stages = Enumerable.Range(0, 40)
                .SelectMany(i => ScheduleSamples.Any($"t{i}", 1, Samples.Epoch.AddSeconds(random.Next(3)), random).GetSchedule().Ready)
                .ToArray();
            var query = new ReadyQuery("q0", Samples.Epoch.AddSeconds(random.Next(90)), limit, perKey)
            {
                Kinds = random.Next(3) == 0 ? ["kind-1"] : null,
            };
            var (found, isComplete, _) = Scan(stages, query);

            // Delays that are not over have rows of their own.
            var due = stages.Where(stage => !(stage.NotBefore > query.Now)).ToArray();
            var page = ReadyPage.Of(found, query);
            Assert.Equal(
                ScheduleSamples.Text(ReadyPage.Of(due, query)), ScheduleSamples.Text(page with { IsComplete = page.IsComplete && isComplete }));
        }
    }

    /// <summary>Attempts that were delayed stand in rows of their own, and among the stages of one task the name decides.</summary>
    [Fact]
    public void Scan_ReadsATaskToItsEnd()
    {
        var document = ScheduleSamples.Document(
            "t",
            1,
            0,
            null,
            Samples.Epoch,
            [.. Enumerable.Range(0, 6).Select(i => ScheduleSamples.Waiting($"k:{9 - i}", notBefore: i == 0 ? null : Samples.Epoch.AddSeconds(i)))]);
        var query = new ReadyQuery("default", Samples.Epoch.AddSeconds(60), 2, 2);
        var (found, _, _) = Scan([.. document.GetSchedule().Ready], query);
        Assert.Equal(["k:4", "k:5"], ReadyPage.Of(found, query).Rows.Select(row => row.Offer.Stage.Value));
    }

    [Fact]
    public void Scan_OfALongQueue_ReadsItsBest()
    {
        StageState[] waiting = [ScheduleSamples.Waiting("a"), ScheduleSamples.Waiting("b")];
        var stages = Enumerable.Range(0, 3_000)
            .Select(i => ScheduleSamples.Document($"t{i}", 1, i % 3, new FairShare($"k{i % 2}"), Samples.Epoch.AddSeconds(-i), waiting))
            .SelectMany(document => document.GetSchedule().Ready)
            .ToArray();
        var (_, isComplete, read) = Scan(stages, new ReadyQuery("default", Samples.Epoch, 100, 50));
        Assert.False(isComplete);

        // Four groups have the highest priority.
        Assert.InRange(read, 4 * 51, 4 * 53);
    }

    /// <summary>As the store reads them: in the order of their keys, from where the scan says.</summary>
    private static (List<ReadyStage> Found, bool IsComplete, int Read) Scan(ReadyStage[] stages, ReadyQuery query)
    {
        var rows = stages
            .Where(stage => stage.Queue == query.Queue && !(stage.NotBefore > query.Now))
            .GroupBy(TableScheduleKeys.ReadyRow)
            .OrderBy(row => row.Key, StringComparer.Ordinal)
            .ToArray();
        var scan = new TableReadyScan(query);
        var read = 0;
        var from = "";
        foreach (var row in rows)
        {
            if (string.CompareOrdinal(row.Key, from) < 0)
            {
                continue;
            }

            read++;
            var next = scan.Add(row.Key, [.. row]);
            if (next == TableReadyScan.Stop)
            {
                break;
            }

            from = next == TableReadyScan.GoOn ? from : next;
        }

        return (scan.Found, scan.IsComplete, read);
    }
}
