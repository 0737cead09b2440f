using System.CommandLine;
using VideoGen.Tasks;

namespace VideoGen.Cli.Commands;

/// <summary>A moment on the command line: a time, or how long ago it was.</summary>
internal static class Moment
{
    public static Option<DateTimeOffset?> CreateOption(string name, string description) => new(name)
    {
        Description = $"{description} A time such as 2026-11-27T14:00:00Z, or how long ago, such as 30m or 2h.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (MomentText.TryParse(text, out var moment))
            {
                return moment;
            }

            var now = TimeProvider.System.GetUtcNow();
            if (Duration.TryParse(text, out var ago) && ago < now - DateTimeOffset.UnixEpoch)
            {
                return now - ago;
            }

            result.AddError($"{name} is {MomentText.Form}, or how long ago that was, such as 30m or 2h; '{text}' is neither.");
            return null;
        },
    };
}
