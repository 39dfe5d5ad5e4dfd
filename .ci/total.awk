# Adds up the last lines of several pytest runs and prints one in the same form.
{ gsub(/\033\[[0-9;]*m/, "") }
/[0-9]+ (passed|failed|skipped|error|errors)[ ,].*in [0-9.]+s/ {
    sub(/ in [0-9.]+s.*/, "")
    gsub(/=/, "")
    parts = split($0, part, ", ")
    for (i = 1; i <= parts; i++) {
        split(part[i], words, " ")
        total[words[2] ~ /^(error|warning)$/ ? words[2] "s" : words[2]] += words[1]
    }
}
END {
    number = split("failed passed skipped deselected xfailed xpassed warnings errors", kinds, " ")
    for (i = 1; i <= number; i++) {
        kind = kinds[i]
        if (!total[kind]) continue
        line = line (line ? ", " : "") total[kind] " "
        line = line (total[kind] == 1 && kind ~ /s$/ ? substr(kind, 1, length(kind) - 1) : kind)
    }
    printf "==== %s in %d.00s (%d:%02d:%02d) ====\n", line ? line : "no tests ran", seconds,
        seconds / 3600, seconds % 3600 / 60, seconds % 60
    exit total["failed"] + total["errors"] > 0 || !total["passed"]
}
