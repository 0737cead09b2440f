using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using VideoGen.Storage.JsonFiles;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.JsonFiles;

public sealed class SeedStateFileTests
{
    private const string WriteOne = """
        import json, sys
        state = {
            "task_id": "task_0123456789ab",
            "input_config": {
                "input_type": "document", "source": "größe \"x\" 🎬\u2028\x7f", "languages": ["en"], "output_dir": None, "auto_generate": True,
                "n": 1e22, "empty": {}},
            "status": "failed",
            "current_stage": "audio_generation",
            "overall_progress": 0.30000000000000004,
            "stages": {
                "script_generation": {
                    "name": "script_generation", "status": "completed", "progress": 1.0,
                    "started_at": "2025-12-16T10:11:12", "completed_at": "2025-12-16T10:11:12.123456",
                    "error": None, "artifacts": {"a": "b"}, "metadata": {"message": "fertig", "n": [1, {"x": []}]}},
                "audio_generation": {
                    "name": "audio_generation", "status": "failed", "progress": 0.0, "started_at": None, "completed_at": None,
                    "error": "no voice", "artifacts": {}, "metadata": {}},
            },
            "created_at": "2025-12-16T10:11:12.000001",
            "started_at": None,
            "completed_at": None,
            "result": None,
            "errors": ["audio_generation: no voice"],
            "warnings": [],
            "metadata": {"k": 1.5},
            "version": 13,
        }
        with open(sys.argv[1], "w") as f:
            json.dump(state, f, indent=2)
        """;

    private static readonly TimeZoneInfo Kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

    [Fact]
    public async Task AFileOfThePythonSystemIsRead()
    {
        using var folder = new TempFolder();
        await Python.RunAsync(WriteOne, folder.File("a.json"));

        var state = SeedStateFile.Parse(await File.ReadAllBytesAsync(folder.File("a.json")), Kolkata);

        Assert.Equal(
            ("task_0123456789ab", RunStatus.Failed, 13L, 0.30000000000000004),
            (state.TaskId.Value, state.Status, state.Version, state.OverallProgress));
        Assert.Equal(new DateTimeOffset(2025, 12, 16, 4, 41, 12, TimeSpan.Zero).AddMicroseconds(1), state.CreatedAt);
        Assert.Equal(["script_generation", "audio_generation"], state.Stages.Select(stage => stage.Name));
        Assert.Equal("fertig", state.Stages[0].Message);
        Assert.True(state.CanResume);
    }

    [Fact]
    public async Task WhatWeWriteIsByteForByteWhatPythonWritesButForTheOffsetOfTimes()
    {
        using var folder = new TempFolder();
        await Python.RunAsync(WriteOne, folder.File("a.json"));
        var original = await File.ReadAllTextAsync(folder.File("a.json"));

        var written = Encoding.ASCII.GetString(SeedStateFile.Format(SeedStateFile.Parse(Encoding.ASCII.GetBytes(original), TimeZoneInfo.Utc)));

        Assert.Equal(original, written.Replace("+00:00", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PythonReadsWhatWeWrote()
    {
        using var folder = new TempFolder();
        using (var host = JsonFileStores.Open(folder.Path))
        {
            var labels = ImmutableSortedDictionary<string, string>.Empty.Add("k", "größe");
            await host.WriteAsync(Samples.Document("demo-1", version: 4, labels: labels, createdAt: Samples.Epoch.AddMicroseconds(7)));
        }

        var read = await Python.RunAsync(
            """
            import json, sys, datetime
            text = open(sys.argv[1]).read()
            data = json.loads(text)
            keys = list(data)[:14]
            created = datetime.datetime.fromisoformat(data["created_at"])
            print(
                ",".join(keys), data["version"], data["status"], data["labels"]["k"], created.timestamp(), text.isascii(),
                text == json.dumps(data, indent=2), sep="|")
            """,
            folder.File("demo-1.json"));

        Assert.Equal(
            "task_id,input_config,status,current_stage,overall_progress,stages,created_at,started_at,completed_at,result,errors,warnings,metadata,version"
            + "|4|running|größe|"
            + "1767323045.000007|True|True",
            read.Trim());
    }

    [Fact]
    public async Task FloatsAreWrittenAsPythonWritesThem()
    {
        double[] values =
        [
            0, 1, 0.5, 1.0 / 3, 1e-4, 9.999e-5, 5e-5, 1e-7, 123456789012345680, 1e15, 9007199254740993, 1e16, 1.5e300, 0.1 + 0.2, 5e-324,
            100, 0.30000000000000004, -2.5, 12345.678,
        ];
        var ours = values.Select(PythonFloat.Format);
        var bits = values.Select(value => BitConverter.DoubleToInt64Bits(value).ToString(CultureInfo.InvariantCulture)).ToArray();

        var theirs = await Python.RunAsync("import struct, sys\nfor a in sys.argv[1:]: print(repr(struct.unpack('d', struct.pack('q', int(a)))[0]))", bits);

        Assert.Equal(theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries), ours);
    }

    [Theory]
    [InlineData("\"status\": \"failed\"", "\"status\": \"lost\"", "status")]
    [InlineData("\"version\": 13", "\"version\": -1", "versions begin at 0")]
    [InlineData("\"k\": 1.5", "\"k\": NaN", "state file")]
    [InlineData("2025-12-16T10:11:12.000001", "yesterday", "'created_at' of the task is not a time")]
    [InlineData("\"name\": \"audio_generation\"", "\"name\": \"other\"", "calls itself")]
    [InlineData("\"task_id\": \"task_0123456789ab\"", "\"task_id\": \"../x\"", "task id")]
    public async Task ADamagedFieldIsNamed(string from, string to, string why)
    {
        using var folder = new TempFolder();
        await Python.RunAsync(WriteOne, folder.File("a.json"));
        var text = (await File.ReadAllTextAsync(folder.File("a.json"))).Replace(from, to, StringComparison.Ordinal);

        var refusal = Assert.Throws<FormatException>(() => SeedStateFile.Parse(Encoding.UTF8.GetBytes(text), TimeZoneInfo.Utc));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderOfThePythonSystemIsTakenOverAndLosesNothing()
    {
        using var folder = new TempFolder();
        await Python.RunAsync(WriteOne, folder.File("task_0123456789ab.json"));
        using var host = JsonFileStores.Open(folder.Path, localTime: Kolkata);

        var read = await host.ReadAsync("task_0123456789ab");
        var state = read.State!.State!;
        await host.WriteAsync(new TaskDocument(state with { Version = 14 }, read.State.Commit with { Version = 14 }), read.ETag);

        var text = await File.ReadAllTextAsync(folder.File("task_0123456789ab.json"));
        Assert.Contains("\"source\": \"gr\\u00f6\\u00dfe \\\"x\\\" \\ud83c\\udfac\\u2028\\u007f\"", text, StringComparison.Ordinal);
        Assert.Contains("\"created_at\": \"2025-12-16T04:41:12.000001+00:00\"", text, StringComparison.Ordinal);
    }
}
