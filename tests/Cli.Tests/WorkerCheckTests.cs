using System.Text.Json;
using Spectre.Console.Testing;
using VideoGen.Cli.Commands;
using VideoGen.Cli.WorkerCheck;

namespace VideoGen.Cli.Tests;

/// <summary>The examples of workers keep all rules; and each fault that is put into one of them is found, by the rule that it breaks.</summary>
public sealed class WorkerCheckTests : IDisposable
{
    private static readonly (string Rule, Ordeal[] Ordeals, string From, string To)[] Faults =
    [
        ("key", [Ordeal.Plain], "if KEY else {}", "if not KEY else {}"),
        ("incarnation", [Ordeal.Plain], "\"incarnation\": str(uuid.uuid4())", "\"incarnation\": \"worker-1\""),
        ("lease", [Ordeal.Plain], "{\"artifacts\": [made]}, item[\"lease\"]", "{\"artifacts\": [made]}, \"1.2\""),
        ("lease", [Ordeal.LeaseGone, Ordeal.OfferedAgain], "def do(item):\n",
            "SEEN = {}\n\n\ndef do(item):\n    item[\"lease\"] = SEEN.setdefault(item[\"url\"], item[\"lease\"])\n"),
        ("heartbeat", [Ordeal.Plain], "stop.wait(item[\"report_every_s\"])", "stop.wait(600)"),
        ("artifact", [Ordeal.Plain], "{\"artifacts\": [made]}", "{\"artifacts\": [{**made, \"length\": 1}]}"),
        ("complete", [Ordeal.Plain, Ordeal.Plain], "/complete\"", "/fail\""),
        ("cancel", [Ordeal.Cancelled], "elif reply[\"directive\"] != \"continue\":", "elif reply[\"directive\"] == \"pause\":"),
        ("pause", [Ordeal.Paused, Ordeal.Plain], "if directive == \"pause\":", "if directive == \"never\":"),
        ("lost", [Ordeal.LeaseGone], "if error.code in (404, 410):",
            "if error.code == 410:\n                return {}, {\"directive\": \"continue\"}\n            if error.code == 404:"),
        ("again", [Ordeal.EndUnanswered, Ordeal.Plain], "{\"artifacts\": [made]}, item[\"lease\"]",
            "{\"artifacts\": [made]}, item[\"lease\"], patience=0"),
        ("question", [Ordeal.QuestionUnanswered], "request = urllib.request.Request(",
            "headers.update({\"Idempotency-Key\": str(uuid.uuid4())})\n            request = urllib.request.Request("),
        ("busy", [Ordeal.Busy], "wait = float(error.headers.get(\"Retry-After\") or 1)", "wait = 0.05"),
        ("survive", [Ordeal.CutOff], "except (OSError, ValueError):", "except OSError:"),
        ("drain", [Ordeal.Drained],
            "if reply[\"directive\"] == \"drain\":\n            ending.set()", "if reply[\"directive\"] == \"drain\":\n            pass"),
    ];

    /// <summary>
    /// Rules that are broken by what is done within a second or two of something: a worker that got no processor meanwhile breaks none. All are tried at once,
    /// so such a fault is looked for three times.
    /// </summary>
    private static readonly string[] TakesTime = ["busy", "cancel", "pause", "drain"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-check-");
    private readonly TestConsole _console = new TestConsole().Width(200);
    private readonly JsonElement _input = JsonDocument.Parse(WorkerCheckCommand.UsualInput).RootElement;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Samples => Path.Combine(HttpCommandTests.Repository(), "samples", "workers");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _console.Dispose();
    }

    [Fact]
    public async Task TheExamplesKeepAllRules()
    {
        string[] workers = [$"bash {Samples}/worker.sh", $"python3 {Samples}/worker.py"];
        var found = await Task.WhenAll(workers.Select(worker => CheckAsync(worker, Enum.GetValues<Ordeal>())));

        Assert.All(found, broken => Assert.True(broken.Count == 0, string.Join('\n', broken.Select(rule => $"{rule.Rule.Name}: {rule.What}"))));
    }

    [Fact]
    public async Task EveryFaultIsFoundByItsRule()
    {
        var sample = (await File.ReadAllTextAsync(Path.Combine(Samples, "worker.py"), Stop)).ReplaceLineEndings("\n");
        var checks = Faults.Select(async (fault, i) =>
        {
            Assert.Contains(fault.From, sample, StringComparison.Ordinal);
            var file = Path.Combine(_folder.FullName, $"fault-{i}.py");
            await File.WriteAllTextAsync(file, sample.Replace(fault.From, fault.To, StringComparison.Ordinal), Stop);

            IReadOnlyList<BrokenRule> broken = [];
            var checks = TakesTime.Contains(fault.Rule) ? 3 : 1;
            for (var check = 0; check < checks && broken.All(one => one.Rule.Name != fault.Rule); check++)
            {
                broken = await CheckAsync($"python3 {file}", fault.Ordeals);
            }

            return (fault.Rule, Broken: broken);
        });

        foreach (var (rule, broken) in await Task.WhenAll(checks))
        {
            var found = string.Join(", ", broken.Select(one => $"{one.Rule.Name}: {one.What}"));
            Assert.True(broken.Any(one => one.Rule.Name == rule), $"{rule} was not found, but {found}");
        }
    }

    private Task<IReadOnlyList<BrokenRule>> CheckAsync(string worker, IEnumerable<Ordeal> ordeals) =>
        new WorkerCheckRun(_console, TimeProvider.System).CheckAsync(worker, _input, ordeals, Stop);
}
