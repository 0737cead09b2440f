using System.Collections.Immutable;
using System.ComponentModel;
using CliWrap;

namespace VideoGen.Stages.Media;

/// <summary>What stands before a program on its command line, so that it can be ended with all that it started, and ends with this process.</summary>
/// <param name="Words">Programs that each do their part and then replace themselves with the next.</param>
/// <param name="HasGroup">Whether the program heads a process group of its own.</param>
/// <param name="IsKnown">False when a trial did not end in time, as on an overloaded machine: the next run tries again.</param>
internal sealed record ToolLeash(ImmutableArray<string> Words, bool HasGroup, bool IsKnown)
{
    private static readonly TimeSpan TrialTimeout = TimeSpan.FromSeconds(20);

    /// <param name="setsid">The path of setsid, where it is installed.</param>
    /// <param name="setpriv">The path of setpriv, where it is installed; only that of util-linux has the option for the death of a parent.</param>
    /// <param name="time">By which the trial has a bound.</param>
    public static async Task<ToolLeash> OfAsync(string? setsid, string? setpriv, TimeProvider time)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        if (setsid is not null)
        {
            words.Add(setsid);
        }

        // The kernel kills the program when its parent dies, even if that had no time to clean up.
        string[] fateOfParent = setpriv is null ? [] : [setpriv, "--pdeathsig", "KILL"];
        bool? works = setpriv is null ? false : await WorksAsync(fateOfParent, time).ConfigureAwait(false);
        if (works is true)
        {
            words.AddRange(fateOfParent);
        }

        return new ToolLeash(words.ToImmutable(), setsid is not null, works is not null);
    }

    /// <summary>Null when it did not end in time.</summary>
    private static async Task<bool?> WorksAsync(string[] words, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(TrialTimeout, time);
        try
        {
            var trial = Cli.Wrap(words[0]).WithArguments([.. words[1..], words[0], "--version"]).WithValidation(CommandResultValidation.None);
            var result = await trial.ExecuteAsync(timeout.Token).ConfigureAwait(false);
            return result.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
