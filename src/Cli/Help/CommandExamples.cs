namespace VideoGen.Cli.Help;

/// <summary>What one types, for each command; its help ends with them.</summary>
internal static class CommandExamples
{
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        [""] = ["videogen run talk.md", "videogen list", "videogen run --help"],
        ["run"] =
        [
            "videogen run talk.md -o talk.mp4",
            "videogen run talk.md --theme paper --size 1080x1920 --voice awb",
            "videogen run talk.md --server http://silo:8080    # made by the cluster's workers, fetched when it is finished",
        ],
        ["check"] = ["videogen check talk.mp4 --gate 90"],
        ["list"] =
        [
            "videogen list --status running --status pending",
            "videogen list --label team=reports --limit 100",
            "videogen list --status failed -o name | xargs -n 1 videogen retry",
        ],
        ["get"] = ["videogen get talk-98a3b6e1 -o wide", "videogen get talk-98a3b6e1 -o json"],
        ["describe"] = ["videogen describe talk-98a3b6e1", "videogen describe talk-98a3b6e1 --all"],
        ["logs"] = ["videogen logs talk-98a3b6e1", "videogen logs talk-98a3b6e1 audio_generation -f"],
        ["open"] = ["videogen open talk-98a3b6e1 --server http://localhost:8080"],
        ["share"] =
        [
            "videogen share talk-98a3b6e1 --server https://videos.example.org",
            "videogen share talk-98a3b6e1 --server https://videos.example.org --origin https://wiki.example.org --for 168h",
        ],
        ["watch"] = ["videogen watch talk-98a3b6e1"],
        ["wait"] = ["videogen wait talk-98a3b6e1 --timeout 10m", "videogen wait talk-98a3b6e1 --for running"],
        ["artifacts"] = ["videogen artifacts talk-98a3b6e1", "videogen artifacts talk-98a3b6e1 final_assembly/video.mp4 -o talk.mp4"],
        ["silo"] = ["videogen silo --port 8080", "videogen silo --world postgres --http 0.0.0.0:8080 --keep 30d"],
        ["health"] = ["videogen health --port 8080"],
        ["webhook create"] =
        [
            "videogen webhook create publisher https://example.org/videogen --event 'task.*'",
            "videogen webhook create alarms https://example.org/alarms --event task.failed --event stage.failed --label team=reports",
        ],
        ["webhook list"] = ["videogen webhook list"],
        ["webhook delete"] = ["videogen webhook delete publisher"],
        ["webhook test"] = ["videogen webhook test publisher"],
        ["webhook enable"] = ["videogen webhook enable publisher"],
        ["webhook replay"] = ["videogen webhook replay publisher", "videogen webhook replay publisher --task talk --delivered"],
        ["key create"] = ["videogen key create me --role admin", "videogen key create ci --role operator --label team=reports --expires 90d"],
        ["key list"] = ["videogen key list"],
        ["key revoke"] = ["videogen key revoke ci"],
        ["key secret"] = ["videogen key secret > secret", "videogen key secret --role worker > worker.secret"],
        ["worker"] =
        [
            "videogen worker --redis localhost:6379 --drain 30m",
            "videogen worker --redis localhost:6379 --exec 'python3 render.py' --kind render",
        ],
        ["worker drain"] = ["videogen worker drain gpu-7 --wait"],
        ["workers"] = ["videogen workers"],
        ["submit"] =
        [
            "videogen submit talk.md --wait -o talk.mp4",
            "videogen submit --pipeline pipeline.json --input input.json --label team=reports",
        ],
        ["import"] = ["videogen import output/state --time-zone Europe/Berlin"],
        ["export"] = ["videogen export state --overwrite"],
        ["rehearse"] = ["videogen rehearse --for 60s", "videogen rehearse pipeline.json --exec 'render=python3 render.py'"],
        ["worker-check"] = ["videogen worker-check ./worker.sh"],
        ["completion"] = ["eval \"$(videogen completion bash)\"", "videogen completion fish > ~/.config/fish/completions/videogen.fish"],
        ["schema"] = ["videogen schema list", "videogen schema > videogen.schema.json"],
        ["cancel"] = ["videogen cancel talk-98a3b6e1"],
        ["pause"] = ["videogen pause talk-98a3b6e1 --after-stage"],
        ["resume"] = ["videogen resume talk-98a3b6e1"],
        ["retry"] =
        [
            "videogen retry talk-98a3b6e1",
            "videogen retry talk-98a3b6e1 audio_generation:scene-003",
            "videogen retry talk-98a3b6e1 --now    # skips the delays before the next attempts",
        ],
        ["skip"] = ["videogen skip talk-98a3b6e1 thumbnail --reason 'not needed'"],
        ["priority"] = ["videogen priority talk-98a3b6e1 10"],
        ["delete"] = ["videogen delete talk-98a3b6e1"],
        ["queues"] = ["videogen queues"],
        ["queue pause"] = ["videogen queue pause gpu --reason 'driver update' --for 10m"],
        ["queue resume"] = ["videogen queue resume gpu"],
        ["queue bound"] = ["videogen queue bound gpu --max 5000", "videogen queue bound gpu --usual"],
        ["queue show"] = ["videogen queue show gpu"],
        ["limit set"] = ["videogen limit set gpu --max 2", "videogen limit set tts-vendor --rate 60/min"],
        ["limit remove"] = ["videogen limit remove gpu"],
        ["limit list"] = ["videogen limit list"],
        ["why"] = ["videogen why talk-98a3b6e1"],
    };

    public static IEnumerable<string> Commands => Known.Keys;

    public static IReadOnlyList<string> Of(string path) => Known.GetValueOrDefault(path) ?? [];
}
