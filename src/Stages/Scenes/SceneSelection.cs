using System.Collections.Immutable;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Scenes;

/// <summary>Cuts the scenes of a long document down to one video, fairly: the longest sections give up theirs first, and every section still appears.</summary>
internal static class SceneSelection
{
    /// <summary>Lines of a scene that stands for several sections.</summary>
    public const int MergedSections = 7;

    private const int NamedSections = 5;

    public static (ImmutableArray<Scene> Scenes, string? Warning) Choose(IReadOnlyList<SectionScenes> sections, int maxScenes)
    {
        var filled = sections.Where(section => section.Scenes.Length > 0).ToList();
        var total = filled.Sum(section => section.Scenes.Length);
        if (total <= maxScenes)
        {
            return ([.. filled.SelectMany(section => section.Scenes)], null);
        }

        return filled.Count <= maxScenes ? Shorten(filled, total, maxScenes) : Merge(filled, total, maxScenes);
    }

    /// <summary>Takes the last scene of whichever section has most, until the rest fits.</summary>
    private static (ImmutableArray<Scene>, string?) Shorten(List<SectionScenes> sections, int total, int maxScenes)
    {
        var kept = sections.Select(section => section.Scenes.Length).ToArray();
        var byLength = new PriorityQueue<int, (int, int)>(sections.Select((_, index) => (index, (-kept[index], -index))));
        for (var left = total; left > maxScenes; left--)
        {
            var longest = byLength.Dequeue();
            kept[longest]--;
            byLength.Enqueue(longest, (-kept[longest], -longest));
        }

        var shortened = sections.Zip(kept, (section, count) => (section.Heading, Left: section.Scenes.Length - count))
            .Where(section => section.Left > 0)
            .OrderByDescending(section => section.Left)
            .ToList();
        var named = string.Join(", ", shortened.Take(NamedSections).Select(section => $"\"{TextWidth.Cut(section.Heading, 60)}\" ({section.Left})"));
        var others = shortened.Count > NamedSections ? $" and {shortened.Count - NamedSections} other sections" : "";
        return (
            [.. sections.Zip(kept, (section, count) => section.Scenes.Take(count)).SelectMany(scenes => scenes)],
            $"The document would make {total} scenes, and {maxScenes} fit one video. The ends of its longest sections were left out: {named}{others}.");
    }

    /// <summary>Each scene stands for several sections in a row; each section is one line, for as many as there is room for.</summary>
    private static (ImmutableArray<Scene>, string?) Merge(List<SectionScenes> sections, int total, int maxScenes)
    {
        var scenes = ImmutableArray.CreateBuilder<Scene>();
        var shown = 0;
        for (var i = 0; i < maxScenes; i++)
        {
            var group = sections[(int)((long)sections.Count * i / maxScenes)..(int)((long)sections.Count * (i + 1) / maxScenes)];
            var lines = group.Take(MergedSections).Select(section => TextWidth.Cut(section.Heading, SlideFit.LineWidth)).ToList();
            shown += lines.Count;
            if (group.Count > MergedSections)
            {
                lines.Add(SlideFit.More(group.Count - MergedSections, "section"));
            }

            scenes.Add(group.Count == 1
                ? group[0].Scenes[0]
                : new Scene { Id = "", Kind = SceneKind.List, Title = group[0].Chapter, Chapter = group[0].Chapter, Lines = [.. lines] });
        }

        var hidden = sections.Count > shown ? $", and {sections.Count - shown} of them are only counted" : "";
        return (
            scenes.ToImmutable(),
            $"The document has {sections.Count} sections ({total} scenes), and {maxScenes} scenes fit one video. "
            + $"Sections in a row were put together, named by their headings{hidden}.");
    }
}
